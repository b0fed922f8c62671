import { ApiProperty } from '@nestjs/swagger';
import { appTokenLifetimeSeconds } from '../../platform/tokens/access-tokens';

/** RFC 6749, 5.1. */
export class TokenView {
  @ApiProperty({
    type: 'string',
    description: 'Send it as `Authorization: Bearer …`.',
    example: 'eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln',
  })
  access_token!: string;

  @ApiProperty({ type: 'string', const: 'Bearer', example: 'Bearer' } as object)
  token_type!: 'Bearer';

  @ApiProperty({ type: 'integer', description: 'Seconds until it expires.', example: appTokenLifetimeSeconds })
  expires_in!: number;
}
