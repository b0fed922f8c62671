import { Controller, Get, Module } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { cataloguedErrors } from './errors-page';
import { ApiEndpoint } from './openapi';
import { Public } from '../http/request';

export class ErrorView {
  @ApiProperty({ type: 'string', example: 'sources.not_found' })
  code!: string;

  @ApiProperty({ type: 'integer', example: 404 })
  status!: number;

  @ApiProperty({ type: 'string', example: 'The source does not exist.' })
  description!: string;

  @ApiProperty({
    type: 'string',
    description: 'What to do about it.',
    example: 'Check the id; records of other accounts count as not existing.',
  })
  action!: string;

  @ApiProperty({
    type: 'boolean',
    description: 'Whether the same request may succeed later, unchanged.',
    example: false,
  })
  retryable!: boolean;
}

export class ErrorListView {
  @ApiProperty({ type: [ErrorView] })
  items!: ErrorView[];
}

/** The catalogue of errors, from the declarations themselves. */
@ApiTags('errors')
@Controller('errors')
export class ErrorsController {
  @Get()
  @Public()
  @ApiEndpoint({
    summary: 'List all error codes',
    description: 'By code. The same for everybody.',
    result: ErrorListView,
  })
  list(): ErrorListView {
    return { items: cataloguedErrors() };
  }
}

@Module({ controllers: [ErrorsController] })
export class ErrorsModule {}
