import { Injectable } from '@nestjs/common';
import type { Caller } from '../../kernel/caller';
import { CursorCodec } from '../../kernel/cursor';
import { defaultPageLimit, type Page, PagedList } from '../../kernel/page';
import type { BulkView, UpsertView } from '../../platform/records/bulk/bulk.view';
import { Bulks } from '../../platform/records/bulk/bulks';
import { RecordChanges } from '../../platform/records/record-changes';
import { RecordStore } from '../../platform/records/record-store';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { projectRecord } from './project.record';
import type { ProjectView } from './project.view';
import type {
  BulkProjectsInput,
  CreateProjectInput,
  ListProjectsInput,
  UpdateProjectInput,
  UpsertProjectInput,
} from './projects.dto';
import { projectsErrors } from './projects.errors';
import { ProjectsRepository } from './projects.repository';

@Injectable()
export class ProjectsService {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly store: RecordStore,
    private readonly changes: RecordChanges,
    private readonly bulks: Bulks,
    private readonly customFields: CustomFieldsService,
    private readonly cursors: CursorCodec,
  ) {}

  async list({ account_id }: Caller, input: ListProjectsInput): Promise<Page<ProjectView>> {
    const list = new PagedList(this.cursors, 'projects', account_id);
    const { limit = defaultPageLimit, cursor, custom_fields, ...filter } = input;
    const after = list.after(cursor);
    const { invalid_custom_fields } = projectsErrors;
    const values = await this.customFields.buildFilter(account_id, 'project', custom_fields, invalid_custom_fields);
    const rows = await this.repository.list(account_id, { ...filter, custom_fields: values }, after, limit);
    return list.page(rows, limit);
  }

  async get({ account_id }: Caller, id: string): Promise<ProjectView> {
    return this.store.get(projectRecord, account_id, id);
  }

  async create(caller: Caller, input: CreateProjectInput): Promise<ProjectView> {
    return this.changes.create(projectRecord, caller, input);
  }

  async update(caller: Caller, id: string, input: UpdateProjectInput, ifVersion?: number): Promise<ProjectView> {
    return this.changes.update(projectRecord, caller, id, input, ifVersion);
  }

  async delete(caller: Caller, id: string, ifVersion?: number): Promise<void> {
    await this.changes.delete(projectRecord, caller, id, ifVersion);
  }

  async upsert(caller: Caller, input: UpsertProjectInput): Promise<UpsertView<ProjectView>> {
    return this.bulks.upsert(projectRecord, caller, input);
  }

  async bulk(caller: Caller, input: BulkProjectsInput): Promise<BulkView> {
    return this.bulks.bulk(projectRecord, caller, input);
  }
}
