/**
 * What the API promises about records, in memory: which there are, what they look like, in which order they are listed, what a
 * deletion does to others, and which events the account has. Written from docs/contract.md, with nothing of the program.
 */
export const kinds = ['companies', 'contacts', 'projects', 'activities'] as const;
export type Kind = (typeof kinds)[number];
export type Row = Readonly<Record<string, unknown>> & { readonly id: string; readonly version: number };
export type Input = Readonly<Record<string, unknown>>;
/** Parameters of a list, by their names. */
export type Filter = Readonly<Record<string, string | readonly string[]>>;
type Values = Readonly<Record<string, unknown>>;

/** A field that somebody else has changed, with its present value; of a version that does not fit, that of the record. */
export type Conflict = readonly [field: string, current: unknown];

export interface Definition {
  readonly id: string;
  readonly kind: Kind;
  readonly field_type: 'text' | 'number' | 'date' | 'boolean' | 'enum';
  readonly options: readonly string[];
}

export interface ModelEvent {
  readonly event: string;
  readonly timestamp: string;
  readonly account_id: string;
  readonly data: Row;
  readonly previous?: Input;
}

export const singular = {
  companies: 'company',
  contacts: 'contact',
  projects: 'project',
  activities: 'activity',
} as const;
/** How others refer to a record of the kind. */
const linkTo: Partial<Record<Kind, string>> = {
  companies: 'company_id',
  contacts: 'contact_id',
  projects: 'project_id',
};
const texts = (...names: string[]) => Object.fromEntries(names.map((name) => [name, '']));
const nulls = (...names: string[]) => Object.fromEntries(names.map((name) => [name, null]));
const place = texts('phone', 'address', 'city', 'state', 'zip_code', 'country', 'notes');

const unset: Readonly<Record<Kind, Input>> = {
  companies: {
    ...texts('domain', 'industry', 'website', 'linkedin_url'),
    ...place,
    ...nulls('external_id', 'employee_count', 'annual_revenue'),
    tags: [],
    custom_fields: {},
  },
  contacts: {
    ...texts('last_name', 'email', 'job_title'),
    ...place,
    ...nulls('external_id', 'company_id', 'source_id'),
    tags: [],
    custom_fields: {},
  },
  projects: {
    ...texts('description', 'notes'),
    ...nulls('external_id', 'company_id', 'assigned_to', 'value', 'start_date', 'end_date', 'renewal_date'),
    stage: 'proposal',
    is_retainer: false,
    tags: [],
    custom_fields: {},
  },
  activities: { ...nulls('external_id', 'contact_id', 'company_id', 'project_id'), metadata: {} },
};

/** A text as it is searched: without case and accents. */
const form = (text: string) => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

function isFoundIn(text: string, sought: string): boolean {
  const [where, term] = [form(text), form(sought)];
  const words = where.split(/[^\p{L}\p{N}]+/u);
  if ([...term].length <= 2) return words.some((word) => word.startsWith(term));
  // A space also stands for punctuation.
  return where.includes(term) || ` ${words.join(' ')} `.includes(term);
}

export class Model {
  readonly records: Readonly<Record<Kind, Map<string, Row>>> = {
    companies: new Map(),
    contacts: new Map(),
    projects: new Map(),
    activities: new Map(),
  };
  /** By project, then by contact: the role. */
  readonly members = new Map<string, Map<string, string>>();
  readonly definitions = new Map<string, Definition>();
  /** Names by id. */
  readonly users = new Map<string, string>();
  readonly sources = new Map<string, string>();
  readonly archived = new Set<string>();
  readonly events: ModelEvent[] = [];
  /** By record: the fields that each version has changed, from the second on. A value of a custom field is one. */
  private readonly changes = new Map<string, (readonly string[])[]>();

  constructor(private readonly account: string) {}

  create(kind: Kind, id: string, input: Input, author: string | null, now: string): Row {
    const stored = {
      ...unset[kind],
      ...(kind === 'activities' ? { occurred_at: now } : {}),
      ...this.taken(kind, input),
      ...{ id, account_id: this.account, created_by: author, created_at: now, updated_at: now, version: 1 },
    };
    this.records[kind].set(id, stored);
    this.changes.set(id, []);
    return this.tell(kind, 'created', now, this.view(kind, id));
  }

  /** Nothing different: no event, and `updated_at` and `version` stay. */
  update(kind: Kind, id: string, input: Input, now: string): Row {
    const before = this.view(kind, id);
    const stored = this.records[kind].get(id)!;
    const changed = { ...stored, ...this.taken(kind, input, stored) };
    if (same(changed, stored)) return before;
    this.records[kind].set(id, { ...changed, updated_at: now, version: stored.version + 1 });
    this.changes.get(id)!.push(differing(stored, changed).map(([field]) => field));
    const after = this.view(kind, id);
    const always = ['updated_at', 'version'];
    const fields = Object.keys(after).filter((field) => !always.includes(field) && !same(before[field], after[field]));
    const previous = Object.fromEntries(fields.map((field) => [field, before[field]]));
    return this.tell(kind, 'updated', now, after, previous);
  }

  /** What is in the way of an update that is based on this version. */
  conflicts(kind: Kind, id: string, input: Input, version: number): Conflict[] {
    const stored = this.records[kind].get(id)!;
    if (version > stored.version) return [['version', stored.version]];
    const since = new Set(
      this.changes
        .get(id)!
        .slice(version - 1)
        .flat(),
    );
    const sent = differing(stored, { ...stored, ...this.taken(kind, input, stored) });
    return sent.filter(([field]) => since.has(field));
  }

  /** What an update by operation means: there null clears ids, dates and numbers only. */
  hosted(kind: Kind, input: Input): Input {
    const kept = Object.entries(input).filter(
      ([field, value]) => value !== null || (unset[kind][field] ?? null) === null,
    );
    return Object.fromEntries(kept);
  }

  /** Links to it become null, memberships go, and activities that have no other link; of that nothing is told. */
  delete(kind: Kind, id: string, now: string): void {
    const last = this.view(kind, id);
    this.tell(kind, 'deleted', now, { ...last, version: last.version + 1 });
    this.records[kind].delete(id);
    this.members.delete(id);
    for (const people of this.members.values()) people.delete(id);
    const link = linkTo[kind];
    if (!link) return;
    for (const records of Object.values(this.records)) {
      for (const row of records.values()) if (row[link] === id) records.set(row.id, { ...row, [link]: null });
    }
    for (const { id: activity, contact_id, company_id, project_id } of this.records.activities.values()) {
      if (!contact_id && !company_id && !project_id) this.records.activities.delete(activity);
    }
  }

  /** A definition's values go, or those that are no option any more; nobody is told. */
  forget({ id, kind }: Definition, values?: readonly string[]): void {
    for (const row of this.records[kind].values()) {
      const { [id]: value, ...others } = row.custom_fields as Values;
      if (value === undefined || (values && !values.includes(value as string))) continue;
      this.records[kind].set(row.id, { ...row, custom_fields: others });
    }
  }

  /** As GET gives it. */
  view(kind: Kind, id: string): Row {
    const row = this.records[kind].get(id)!;
    const nameOf = (other: Kind, field: string) => (row[field] ? this.nameOf(other, row[field] as string) : '');
    const user = (field: string) => this.users.get(row[field] as string) ?? '';
    switch (kind) {
      case 'companies':
        return row;
      case 'contacts':
        return {
          ...row,
          company_name: nameOf('companies', 'company_id'),
          source_name: this.sources.get(row.source_id as string) ?? '',
        };
      case 'projects':
        return { ...row, company_name: nameOf('companies', 'company_id'), assigned_name: user('assigned_to') };
      case 'activities':
        return {
          ...row,
          created_by_name: user('created_by'),
          contact_name: nameOf('contacts', 'contact_id'),
          company_name: nameOf('companies', 'company_id'),
          project_name: nameOf('projects', 'project_id'),
        };
    }
  }

  /** What a list shows, in its order. */
  list(kind: Kind, filter: Filter = {}): Row[] {
    const rows = [...this.records[kind].keys()].map((id) => this.view(kind, id));
    const met = rows.filter((row) =>
      Object.entries(filter).every(([name, sought]) => this.meets(kind, row, name, sought)),
    );
    return latestFirst(met, filter.sort === '-occurred_at' ? 'occurred_at' : 'created_at');
  }

  membersOf(project: string): Row[] {
    const roles = [...(this.members.get(project) ?? [])];
    return latestFirst(
      roles.map(([id, role]) => ({ ...this.view('contacts', id), role })),
      'created_at',
    );
  }

  private meets(kind: Kind, row: Row, name: string, sought: string | readonly string[]): boolean {
    const [one, many] = [sought as string, [sought].flat()];
    switch (name) {
      case 'sort':
        return true;
      case 'search':
        return this.searched(kind, row).some((text) => isFoundIn(text, one));
      case 'tags':
        return many.every((tag) => (row.tags as string[]).includes(tag));
      case 'email':
        return (row.email as string).toLowerCase() === one.toLowerCase();
      case 'company_ids':
        return many.includes(row.company_id as string);
      case 'source_ids':
        return many.includes(row.source_id as string);
      case 'types':
        return many.includes(row.activity_type as string);
      case 'created_after':
      case 'updated_after':
      case 'occurred_after':
        return (row[name.replace('after', 'at')] as string) > one;
      case 'occurred_before':
        return (row.occurred_at as string) < one;
    }
    const definition = /^custom_fields\[([^\]]+)\](?:\[(\w+)\])?$/.exec(name);
    if (!definition) return row[name] === sought;
    const value = (row.custom_fields as Values)[definition[1]!];
    if (value === undefined) return false;
    const bound = typeof value === 'number' ? Number(one) : one;
    if (definition[2] === 'gte') return (value as number) >= (bound as number);
    if (definition[2] === 'lte') return (value as number) <= (bound as number);
    return (typeof value === 'string' ? value : JSON.stringify(value)) === one;
  }

  private searched(kind: Kind, row: Row): string[] {
    const { name, domain, first_name, last_name, email, phone, company_name } = row as Readonly<Record<string, string>>;
    if (kind === 'companies') return [name!, domain!];
    if (kind === 'projects') return [name!];
    return [`${first_name} ${last_name}`.trim(), email!, phone!, company_name!];
  }

  private nameOf(kind: Kind, id: string): string {
    const { name, first_name, last_name } = this.records[kind].get(id)! as unknown as Readonly<Record<string, string>>;
    return kind === 'contacts' ? `${first_name} ${last_name}`.trim() : name!;
  }

  /** What is sent, as it is kept: texts trimmed and never null, tags once each, values of custom fields merged. */
  private taken(kind: Kind, input: Input, before: Input = unset[kind]): Input {
    const kept = Object.entries(input).map(([field, value]) => {
      if (field === 'custom_fields') {
        return [field, value === null ? {} : merged(before.custom_fields as Values, value as Values)];
      }
      if (field === 'tags') return [field, [...new Set(((value ?? []) as string[]).map((tag) => tag.trim()))]];
      if (field === 'metadata') return [field, value ?? {}];
      if (value === null && typeof unset[kind][field] === 'string') return [field, ''];
      return [
        field,
        typeof value === 'string' ? (field === 'external_id' ? value.trim() || null : value.trim()) : value,
      ];
    });
    return Object.fromEntries(kept) as Input;
  }

  private tell(kind: Kind, what: string, timestamp: string, data: Row, previous?: Input): Row {
    const event = `${singular[kind]}.${what}`;
    this.events.push({ event, timestamp, account_id: this.account, data, ...(previous ? { previous } : {}) });
    return data;
  }
}

/** The fields of which the values differ, with those of before. */
function differing(before: Input, after: Input, prefix = ''): Conflict[] {
  const names = Object.keys({ ...before, ...after }).filter((name) => !same(before[name], after[name]));
  return names.flatMap((name): Conflict[] =>
    name === 'custom_fields'
      ? differing(before[name] as Input, after[name] as Input, `${name}.`)
      : [[prefix + name, before[name] ?? null]],
  );
}

function merged(before: Values, sent: Values): Values {
  return Object.fromEntries(Object.entries({ ...before, ...sent }).filter(([, value]) => value !== null));
}

function latestFirst(rows: readonly Row[], order: string): Row[] {
  const key = (row: Row) => `${row[order] as string} ${row.id}`;
  return [...rows].sort((a, b) => (key(a) < key(b) ? 1 : -1));
}

/** Of values of JSON, whatever the order of keys. */
function same(a: unknown, b: unknown): boolean {
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return a === b;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  return keys.length === others.length && keys.every((key) => key in b && same((a as Input)[key], (b as Input)[key]));
}
