import { ApiProperty } from '@nestjs/swagger';
import type { Source } from './source.entity';

export class SourceView {
  @ApiProperty({ type: 'string', format: 'uuid', example: '0190a6c0-5b1e-7c3a-9f41-2f6a1c3d5e70' })
  id!: string;

  @ApiProperty({ type: 'string', format: 'uuid', example: '0190a6c0-5b1d-7d11-8c52-7be0f1a2b3c4' })
  account_id!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    format: 'uuid',
    description: 'The user who made it; null: an app.',
    example: '0190a6c0-5b1d-7e22-8d63-8cf1a2b3c4d5',
  })
  created_by!: string | null;

  @ApiProperty({ type: 'string', example: 'Trade fair' })
  name!: string;

  @ApiProperty({
    type: 'string',
    nullable: true,
    format: 'date-time',
    description: 'Since when it is not offered any more.',
    example: null,
  })
  archived_at!: string | null;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-01-31T09:30:00.000Z' })
  created_at!: string;

  @ApiProperty({ type: 'string', format: 'date-time', example: '2026-01-31T09:30:00.000Z' })
  updated_at!: string;
}

export function sourceView(source: Source): SourceView {
  return {
    id: source.id,
    account_id: source.account_id,
    created_by: source.created_by,
    name: source.name,
    archived_at: source.archived_at?.toISOString() ?? null,
    created_at: source.created_at.toISOString(),
    updated_at: source.updated_at.toISOString(),
  };
}
