/** A statement as nested lists: what stands in parentheses is a list of its own. */
type Node = string | Node[];

/** One mention of a table, sub-select or function in a statement. */
interface Source {
  /** Empty for what has no rows of its own: sub-selects, functions, common table expressions. */
  readonly table: string;
  isBound: boolean;
}

interface Scope {
  readonly outer: Scope | undefined;
  readonly sources: Map<string, Source>;
  /** Names of common table expressions, which hide tables. */
  readonly named: Set<string>;
}

const clauses = new Set(
  'select insert update delete from using where group order having limit offset for set returning values window'.split(
    ' ',
  ),
);
const joins = new Set('cross inner left right full outer natural join lateral'.split(' '));
const noAlias = new Set([...clauses, ...joins, 'on', 'as', 'skip', 'union', ',']);
const token = /'(?:[^']|'')*'|"[^"]+"|\$\d+|[a-z_]\w*|\d[\d.]*|[(),.;]|[^\s\w(),.;'"$]+/gi;

/**
 * Reads one or several statements as far as is needed to tell which rows they can touch: a mention of a table is bound to an
 * account when every row of it that takes part has `account_id` equal to a parameter, or to that of another mention that is
 * bound. An equality counts where it must hold: in `where`, in `on` of a join (of an outer one for the joined side only), not
 * under `or`, `not` or a function.
 *
 * @param free tables whose mentions need no account; what is tied to one of them counts as bound.
 * @returns the tables of which some mention is bound to no account, and how many mentions of any of them there are.
 */
export function unboundTables(
  text: string,
  tables: readonly string[],
  free: readonly string[] = [],
): { unbound: string[]; mentions: number } {
  const all: Source[] = [];
  const ties: (readonly [Source, Source])[] = [];

  function statement(nodes: Node[], outer: Scope | undefined): void {
    const scope: Scope = { outer, sources: new Map(), named: new Set() };
    let at = 0;
    if (nodes[0] === 'with') {
      at = nodes[1] === 'recursive' ? 2 : 1;
      for (; typeof nodes[at] === 'string' && !clauses.has(nodes[at] as string); at++) {
        scope.named.add(nodes[at] as string);
        while (!(Array.isArray(nodes[at]) && ['as', 'materialized'].includes(nodes[at - 1] as string))) at++;
        statement(nodes[at] as Node[], scope);
        if (nodes[at + 1] === ',') at++;
      }
    }
    const isSet = (node: Node) => ['union', 'intersect', 'except'].includes(node as string);
    for (const branch of split(nodes.slice(at), isSet)) {
      const own = branch.filter((node) => node !== 'all' && node !== 'distinct');
      if (Array.isArray(own[0])) statement(own[0], scope);
      else simple(own, { outer: scope, sources: new Map(), named: new Set() });
    }
  }

  /** Without `with` and `union`. All that it reads from is noted first: what refers to it may stand before it. */
  function simple(nodes: Node[], scope: Scope): void {
    const parts: Node[][] = [];
    nodes.forEach((node, index) => {
      // `is distinct from` (whose second word is gone), and the `update` of `for update` and `do update`.
      const isInner = ['is', 'not', 'key', 'for', 'do', 'no'].includes(nodes[index - 1] as string);
      if (index === 0 || (clauses.has(node as string) && !isInner)) parts.push([]);
      parts.at(-1)!.push(node);
    });
    const later: (() => void)[] = [];
    for (const [clause, ...part] of parts) {
      if (clause === 'using' && Array.isArray(part[0])) from(sharing(part, scope), scope, later);
      else if (clause === 'insert') insertion(part, nodes, scope, later);
      else if (clause === 'from' || clause === 'using' || clause === 'update') from(part, scope, later);
      else if (clause === 'where') later.push(() => conditions(part, scope));
      else later.push(() => inside(part, scope));
    }
    for (const work of later) work();
  }

  /** `join … using (…)`. @returns what follows. */
  function sharing([names, ...rest]: Node[], { sources }: Scope): Node[] {
    const [joined, ...others] = [...sources.values()].reverse();
    if (names!.includes('account_id')) for (const other of others) ties.push([joined!, other], [other, joined!]);
    return rest;
  }

  function from(nodes: Node[], scope: Scope, later: (() => void)[]): void {
    let kind = '';
    let last: Source | undefined;
    for (let at = 0; at < nodes.length;) {
      const node = nodes[at]!;
      if (node === ',' || joins.has(node as string) || node === 'only') {
        if (node === ',' || node === 'join') last = undefined;
        if (['cross', 'inner', ',', 'left', 'right', 'full', 'natural'].includes(node as string)) kind = node as string;
        at++;
      } else if (node === 'on') {
        const end = nodes.findIndex((other, index) => index > at && (other === ',' || joins.has(other as string)));
        const condition = nodes.slice(at + 1, end < 0 ? undefined : end);
        const bindable = ['left', 'right', 'full'].includes(kind) ? (kind === 'left' ? last : null) : undefined;
        later.push(() => conditions(condition, scope, bindable));
        at += condition.length + 1;
        kind = '';
      } else if (last) {
        throw new Error(`Not understood: ${JSON.stringify(nodes.slice(at))}`);
      } else {
        let name = '';
        if (Array.isArray(node)) {
          later.push(() => statement(node, scope));
        } else {
          name = nodes[at + 1] === '.' ? (nodes[(at += 2)] as string) : node;
          const call = nodes[at + 1];
          if (Array.isArray(call)) {
            later.push(() => inside(call, scope));
            [name, at] = ['', at + 1];
          }
        }
        at++;
        // Numbers the rows of a function.
        if (nodes[at] === 'with' && nodes[at + 1] === 'ordinality') at += 2;
        if (nodes[at] === 'as') at++;
        const isNamed = typeof nodes[at] === 'string' && !noAlias.has(nodes[at] as string);
        last = mention(name, isNamed ? (nodes[at++] as string) : name, scope);
        if (Array.isArray(nodes[at])) at++;
      }
    }
  }

  function mention(name: string, alias: string, scope: Scope): Source {
    const table = isNamed(name, scope) ? '' : name;
    const isTold = table === 'accounts' || (tables.includes(table) && !free.includes(table));
    const source = { table, isBound: !isTold };
    scope.sources.set(alias, source);
    all.push(source);
    return source;
  }

  /** Its rows are bound by the column's being there; those that it meets and changes instead, by the key or a condition. */
  function insertion(part: Node[], nodes: Node[], scope: Scope, later: (() => void)[]): void {
    const columns = part.findIndex((node) => Array.isArray(node));
    const [name, , alias] = part.slice(1, columns) as string[];
    // Outside of what is selected, where a bare column is none of its.
    const target = mention(name!, alias ?? name!, scope.outer!);
    const conflict = nodes.indexOf('conflict');
    const key = nodes[conflict + 1];
    const changes = conflict >= 0 && nodes.includes('update', conflict);
    const hasAccount = (columns >= 0 ? (part[columns] as Node[]) : []).includes('account_id');
    if (hasAccount && (!changes || (Array.isArray(key) && key.includes('account_id')))) target.isBound = true;
    // The new row, which brings its account.
    if (hasAccount) scope.sources.set('excluded', { table: '', isBound: true });
    later.push(() => inside(part.slice(columns + 1), scope));
  }

  function conditions(nodes: Node[], scope: Scope, bindable?: Source | null): void {
    const isOpen = nodes.includes('or') || nodes.includes('case');
    for (const part of split(nodes, (node) => node === 'and')) {
      const [only] = part;
      if (part.length === 1 && Array.isArray(only) && !isOpen && !isQuery(only)) conditions(only, scope, bindable);
      else inside(part, scope);
      const equals = part.indexOf('=');
      if (isOpen || equals < 0) continue;
      const [left, right] = [part.slice(0, equals), part.slice(equals + 1)];
      tie(account(left, scope), right, scope, bindable);
      tie(account(right, scope), left, scope, bindable);
    }
  }

  function tie(bound: Source | undefined, other: Node[], scope: Scope, bindable?: Source | null): void {
    if (!bound || (bindable !== undefined && bindable !== bound)) return;
    if (other.length === 1 && /^\$\d+$/.test(String(other[0]))) bound.isBound = true;
    const source = account(other, scope);
    if (source && source !== bound) ties.push([bound, source]);
  }

  /** The mention whose account a column is: `x.account_id`, `account_id`, of the table of accounts `x.id`. */
  function account(nodes: Node[], scope: Scope): Source | undefined {
    const [qualifier, column] = nodes.length === 3 && nodes[1] === '.' ? [nodes[0], nodes[2]] : [undefined, nodes[0]];
    if ((nodes.length !== 1 && qualifier === undefined) || (column !== 'account_id' && column !== 'id'))
      return undefined;
    const source = qualifier === undefined ? onlyOne(scope) : find(qualifier as string, scope);
    return (source?.table === 'accounts') === (column === 'id') ? source : undefined;
  }

  /** A bare column is that of the only table; of several PostgreSQL would not know which. */
  function onlyOne({ sources }: Scope): Source | undefined {
    const owned = [...sources.values()].filter(({ table }) => table !== '');
    return owned.length === 1 ? owned[0] : undefined;
  }

  /** Looks for statements in an expression. */
  function inside(nodes: Node[], scope: Scope): void {
    for (const node of nodes) {
      if (!Array.isArray(node)) continue;
      if (isQuery(node)) statement(node, scope);
      else inside(node, scope);
    }
  }

  for (const nodes of split(parse(text), (node) => node === ';')) statement(nodes, undefined);
  for (let more = true; more;) {
    more = false;
    for (const [bound, by] of ties) {
      if (bound.isBound || !by.isBound) continue;
      bound.isBound = more = true;
    }
  }
  const mentions = all.filter(({ table }) => tables.includes(table));
  const unbound = mentions.filter(({ isBound }) => !isBound).map(({ table }) => table);
  return { unbound: [...new Set(unbound)], mentions: mentions.length };
}

function parse(text: string): Node[] {
  const open: Node[][] = [[]];
  const plain = text.replaceAll(/--.*|\/\*[\s\S]*?\*\//g, ' ').replaceAll(/::\s*\w+(\[\])?/g, ' ');
  for (const [found] of plain.matchAll(token)) {
    if (found === '(') open.push([]);
    else if (found === ')') open.at(-2)!.push(open.pop()!);
    else open.at(-1)!.push(found.startsWith("'") ? found : found.replaceAll('"', '').toLowerCase());
  }
  return open[0]!;
}

function split(nodes: readonly Node[], isBetween: (node: Node) => boolean): Node[][] {
  const parts: Node[][] = [[]];
  for (const node of nodes) {
    if (isBetween(node)) parts.push([]);
    else parts.at(-1)!.push(node);
  }
  return parts.filter((part) => part.length > 0);
}

function isQuery(nodes: readonly Node[]): boolean {
  const [first] = nodes;
  return Array.isArray(first) ? isQuery(first) : ['select', 'with', 'insert', 'update', 'delete'].includes(first ?? '');
}

function find(alias: string, scope: Scope | undefined): Source | undefined {
  return scope && (scope.sources.get(alias) ?? find(alias, scope.outer));
}

function isNamed(name: string, scope: Scope | undefined): boolean {
  return scope !== undefined && (scope.named.has(name) || isNamed(name, scope.outer));
}
