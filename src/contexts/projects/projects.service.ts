import { Injectable } from '@nestjs/common';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { differenceOf, previousOf } from '../../kernel/difference';
import { DomainError, InvalidInputError, refuseAll, type Refusal } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, pageOf } from '../../kernel/page';
import { RecordEvent } from '../../kernel/record-event';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { Announcements } from '../../platform/outbox/announcements';
import { readCursor } from '../../kernel/read-cursor';
import { CustomFieldsService } from '../custom-fields/custom-fields.service';
import { endsBeforeStart, type Project, unsetProject } from './project.entity';
import { type ProjectView, projectView } from './project.view';
import type { CreateProjectInput, ListProjectsInput, UpdateProjectInput } from './projects.dto';
import { endBeforeStart, noSuchCompany, noSuchUser, projectsErrors } from './projects.errors';
import { noReferences, ProjectsRepository, type References } from './projects.repository';

const { invalid_custom_fields } = projectsErrors;

@Injectable()
export class ProjectsService {
  constructor(
    private readonly repository: ProjectsRepository,
    private readonly transactions: Transactions,
    private readonly customFields: CustomFieldsService,
    private readonly announcements: Announcements,
    private readonly events: RecordEvent,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list({ account_id }: Caller, input: ListProjectsInput): Promise<Page<ProjectView>> {
    const list = { codec: this.cursors, name: 'projects', accountId: account_id };
    const { limit = defaultPageLimit, cursor, custom_fields, ...filter } = input;
    const after = readCursor(list, cursor);
    const values = await this.customFields.filterFor(account_id, 'project', custom_fields, invalid_custom_fields);
    const rows = await this.repository.list(account_id, { ...filter, custom_fields: values }, after, limit);
    return pageOf(rows, limit, list, ({ created_at, id }) => ({ at: created_at.getTime(), id }), projectView);
  }

  async get({ account_id }: Caller, id: string): Promise<ProjectView> {
    return projectView(found(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, input: CreateProjectInput): Promise<ProjectView> {
    const { account_id } = caller;
    const { custom_fields: sent } = input;
    return this.transactions.run(async () => {
      const now = this.clock.now();
      const made: Project = {
        id: newId(),
        account_id,
        created_by: authorOf(caller),
        ...unsetProject,
        ...input,
        custom_fields: {},
        created_at: now,
        updated_at: now,
      };
      const [custom_fields, references] = await this.transactions.together(
        this.customFields.valuesOfNew(account_id, 'project', sent, invalid_custom_fields),
        this.referencesOf(made),
      );
      const project = { ...made, custom_fields };
      refuseReferencesToNothing(project, references);
      const view = projectView({ ...project, ...references });
      // In this order, and without waiting in between.
      await this.transactions.together(
        this.repository.insert(project),
        this.events.record(caller, { type: 'project.created', entity_id: project.id, data: view }),
      );
      return view;
    });
  }

  /** Nothing different, nothing written: `updated_at` and events tell of real changes only. */
  async update(caller: Caller, id: string, input: UpdateProjectInput): Promise<ProjectView> {
    const { account_id } = caller;
    const { custom_fields: sent, ...fields } = input;
    return this.transactions.run(async () => {
      const valuesFrom = await this.customFields.changeOfValues(account_id, 'project', sent, invalid_custom_fields);
      const project = found(await this.repository.findForUpdate(account_id, id));
      const references = await this.referencesOf(project);
      const before = projectView({ ...project, ...references });
      const custom_fields = valuesFrom(project.custom_fields);
      const difference = differenceOf<Project>(project, { ...fields, custom_fields });
      if (Object.keys(difference).length === 0) return before;
      const changes = { ...difference, updated_at: this.clock.now() };
      const changed = { ...project, ...changes };
      refuseEndBeforeStart(changed);
      const refersAnew = 'company_id' in difference || 'assigned_to' in difference;
      const newReferences = refersAnew ? await this.referencesOf(changed) : references;
      refuseReferencesToNothing(difference, newReferences);
      const after = projectView({ ...changed, ...newReferences });
      const previous = previousOf(before, after);
      await this.transactions.together(
        this.repository.update(account_id, id, changes),
        this.events.record(caller, { type: 'project.updated', entity_id: id, data: after, previous }),
      );
      return after;
    });
  }

  async delete(caller: Caller, id: string): Promise<void> {
    const { account_id } = caller;
    await this.transactions.run(async () => {
      await this.transactions.allowLongStatements();
      const project = found(await this.repository.findForUpdate(account_id, id));
      const data = projectView({ ...project, ...(await this.referencesOf(project)) });
      await this.repository.delete(account_id, id);
      await this.announcements.announce('record.deleted', { account_id });
      await this.events.record(caller, { type: 'project.deleted', entity_id: id, data });
    });
  }

  private async referencesOf({ account_id, company_id, assigned_to }: Project): Promise<References> {
    if (company_id === null && assigned_to === null) return noReferences;
    return this.repository.findReferences(account_id, company_id, assigned_to);
  }
}

/** One of the two may have been there before. */
function refuseEndBeforeStart(project: Project): void {
  if (endsBeforeStart(project)) {
    throw new InvalidInputError([{ field: 'end_date', message: `end_date ${endBeforeStart}` }]);
  }
}

/**
 * Of a reference to what was deleted in the meantime the database tells.
 *
 * @param set the references that are newly set.
 * @throws DomainError which tells of every one to nothing, and of one to a deactivated user.
 */
function refuseReferencesToNothing(
  set: Partial<Pick<Project, 'company_id' | 'assigned_to'>>,
  { company_name, assigned_name, user_deactivated_at }: References,
): void {
  const refused: Refusal[] = [];
  if (set.company_id && company_name === null) {
    refused.push({ definition: projectsErrors.invalid_company_id, field: 'company_id', message: noSuchCompany });
  }
  if (set.assigned_to && (assigned_name === null || user_deactivated_at !== null)) {
    const message = assigned_name === null ? noSuchUser : 'assigned_to is the id of a deactivated user';
    refused.push({ definition: projectsErrors.invalid_assigned_to, field: 'assigned_to', message });
  }
  refuseAll(refused);
}

function found<Found extends Project>(project: Found | null): Found {
  if (!project) throw new DomainError(projectsErrors.not_found);
  return project;
}
