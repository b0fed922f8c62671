import { Controller, Get, Module } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { errorCatalogue } from '../../kernel/domain-error';
import { Documented } from './openapi';
import { Public } from './request';
import { statusOf } from './statuses';

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
  @Documented({
    summary: 'List all error codes',
    description: 'By code. The same for everybody.',
    result: ErrorListView,
  })
  list(): ErrorListView {
    const items = [...errorCatalogue.values()].map(({ code, kind, description, action, retryable }) => ({
      code,
      status: statusOf[kind],
      description,
      action,
      retryable,
    }));
    return { items: items.sort((a, b) => (a.code < b.code ? -1 : 1)) };
  }
}

@Module({ controllers: [ErrorsController] })
export class ErrorsModule {}
