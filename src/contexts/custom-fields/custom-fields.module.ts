import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CustomFieldRules } from '../../platform/records/custom-field-rules';
import { CustomField } from './custom-field.entity';
import { CustomFieldsController } from './custom-fields.controller';
import { CustomFieldsRepository } from './custom-fields.repository';
import { CustomFieldsService } from './custom-fields.service';
import { UniqueFields } from './unique-fields';
import { UniqueFieldsRepository } from './unique-fields.repository';

/** Global, because `RecordChanges` of the platform asks it for the values of custom fields. */
@Global()
@Module({
  imports: [TypeOrmModule.forFeature([CustomField])],
  controllers: [CustomFieldsController],
  providers: [
    CustomFieldsService,
    CustomFieldsRepository,
    UniqueFields,
    UniqueFieldsRepository,
    { provide: CustomFieldRules, useExisting: CustomFieldsService },
  ],
  exports: [CustomFieldsService, CustomFieldRules],
})
export class CustomFieldsModule {}
