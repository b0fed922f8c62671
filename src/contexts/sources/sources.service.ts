import { Injectable } from '@nestjs/common';
import { authorOf, type Caller } from '../../kernel/caller';
import { Clock } from '../../kernel/clock';
import { CursorCodec } from '../../kernel/cursor';
import { DomainError } from '../../kernel/domain-error';
import { defaultPageLimit, type Page, pageOf } from '../../kernel/page';
import { newId } from '../../platform/database/ids';
import { Transactions } from '../../platform/database/transactions';
import { readCursor } from '../../kernel/read-cursor';
import type { Source } from './source.entity';
import { sourceView, type SourceView } from './source.view';
import type { ListSourcesInput } from './sources.dto';
import { sourcesErrors } from './sources.errors';
import { SourcesRepository } from './sources.repository';

@Injectable()
export class SourcesService {
  constructor(
    private readonly repository: SourcesRepository,
    private readonly transactions: Transactions,
    private readonly cursors: CursorCodec,
    private readonly clock: Clock,
  ) {}

  async list({ account_id }: Caller, input: ListSourcesInput): Promise<Page<SourceView>> {
    const list = { codec: this.cursors, name: 'sources', accountId: account_id };
    const { include_archived = false, created_after, updated_after, limit = defaultPageLimit } = input;
    const after = readCursor(list, input.cursor);
    const rows = await this.repository.list(
      account_id,
      { include_archived, created_after, updated_after },
      after,
      limit,
    );
    return pageOf(rows, limit, list, ({ created_at, id }) => ({ at: created_at.getTime(), id }), sourceView);
  }

  async get({ account_id }: Caller, id: string): Promise<SourceView> {
    return sourceView(found(await this.repository.find(account_id, id)));
  }

  async create(caller: Caller, name: string): Promise<SourceView> {
    const now = this.clock.now();
    const source: Source = {
      id: newId(),
      account_id: caller.account_id,
      created_by: authorOf(caller),
      name,
      archived_at: null,
      created_at: now,
      updated_at: now,
    };
    await this.transactions.run(() => this.repository.insert(source));
    return sourceView(source);
  }

  async update(caller: Caller, id: string, name: string | undefined): Promise<SourceView> {
    return this.change(caller, id, (source) => (name === undefined || name === source.name ? {} : { name }));
  }

  /** An archived source stays on the records that have it and is not offered any more. */
  async archive(caller: Caller, id: string): Promise<SourceView> {
    return this.change(caller, id, (source, now) => (source.archived_at ? {} : { archived_at: now }));
  }

  async unarchive(caller: Caller, id: string): Promise<SourceView> {
    return this.change(caller, id, (source) => (source.archived_at ? { archived_at: null } : {}));
  }

  /** Nothing different, nothing written: `updated_at` tells of real changes only. */
  private async change(
    { account_id }: Caller,
    id: string,
    differ: (source: Source, now: Date) => Partial<Source>,
  ): Promise<SourceView> {
    return this.transactions.run(async () => {
      const source = found(await this.repository.findForUpdate(account_id, id));
      const now = this.clock.now();
      const difference = differ(source, now);
      if (Object.keys(difference).length === 0) return sourceView(source);
      const changes = { ...difference, updated_at: now };
      await this.repository.update(account_id, id, changes);
      return sourceView({ ...source, ...changes });
    });
  }
}

function found(source: Source | null): Source {
  if (!source) throw new DomainError(sourcesErrors.not_found);
  return source;
}
