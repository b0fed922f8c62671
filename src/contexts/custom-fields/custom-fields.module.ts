import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomFieldRules } from '../../platform/records/custom-field-rules';
import { CustomField } from './custom-field.entity';
import { CustomFieldsController } from './custom-fields.controller';
import { CustomFieldsRepository } from './custom-fields.repository';
import { CustomFieldsService } from './custom-fields.service';

/** Global, because `RecordChanges` of the platform asks it for the values of custom fields. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([CustomField])],
  controllers: [CustomFieldsController],
  providers: [
    CustomFieldsService,
    CustomFieldsRepository,
    { provide: CustomFieldRules, useExisting: CustomFieldsService },
  ],
  exports: [CustomFieldsService, CustomFieldRules],
})
export class CustomFieldsModule {}
