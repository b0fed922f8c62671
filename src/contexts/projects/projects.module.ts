import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ContactsModule } from '../contacts/contacts.module';
import { CustomFieldsModule } from '../custom-fields/custom-fields.module';
import { Project } from './project.entity';
import { ProjectContactsRepository } from './project-contacts.repository';
import { ProjectContactsService } from './project-contacts.service';
import { ProjectsController } from './projects.controller';
import { ProjectsRepository } from './projects.repository';
import { ProjectsService } from './projects.service';

@Module({
  imports: [TypeOrmModule.forFeature([Project]), ContactsModule, CustomFieldsModule],
  controllers: [ProjectsController],
  providers: [ProjectsService, ProjectsRepository, ProjectContactsService, ProjectContactsRepository],
  exports: [ProjectsService],
})
export class ProjectsModule {}
