import { Injectable } from '@nestjs/common';
import type { AccountId } from '../../kernel/account-id';
import type { Position } from '../../kernel/cursor';
import type { CustomFieldFilter } from '../../kernel/custom-field-values';
import { addCustomFieldConditions } from '../../platform/records/custom-field-conditions';
import { Where } from '../../platform/database/where';
import { addTagConditions } from '../../platform/records/tag-conditions';
import { RecordStore } from '../../platform/records/record-store';
import { projectRecord } from './project.record';
import type { ProjectView } from './project.view';

export interface ProjectFilter {
  readonly search?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly stage?: string | undefined;
  readonly company_id?: string | undefined;
  readonly assigned_to?: string | undefined;
  readonly external_id?: string | undefined;
  readonly created_after?: Date | undefined;
  readonly updated_after?: Date | undefined;
  readonly custom_fields: CustomFieldFilter | undefined;
}

/** The lists and look-ups of projects. `RecordStore` has what all records share. */
@Injectable()
export class ProjectsRepository {
  constructor(private readonly store: RecordStore) {}

  /** Newest first. Returns one row more than the limit if there are more. */
  async list(
    accountId: AccountId,
    filter: ProjectFilter,
    after: Position | null,
    limit: number,
  ): Promise<ProjectView[]> {
    const where = Where.of(accountId)
      .andIf(filter.external_id, 'external_id = ?', filter.external_id)
      .andSelective(filter.search, 'search_text like search_pattern(?)', filter.search)
      .andSelective(filter.tags, 'tags @> ?::text[]', filter.tags)
      .andSelective(filter.stage, 'stage = ?', filter.stage)
      .andSelective(filter.company_id, 'company_id = ?', filter.company_id)
      .andSelective(filter.assigned_to, 'assigned_to = ?', filter.assigned_to)
      .andIf(filter.created_after, 'created_at > ?', filter.created_after)
      .andSelective(filter.updated_after, 'updated_at > ?', filter.updated_after)
      .after(after);
    addTagConditions(where, filter.tags);
    const { custom_fields, created_after, ...others } = filter;
    const isOnlyFilter = Object.values(others).every((value) => value === undefined);
    addCustomFieldConditions(where, custom_fields, isOnlyFilter ? { created_after, after, limit: limit + 1 } : null);
    return this.store.list(projectRecord, where, limit);
  }
}
