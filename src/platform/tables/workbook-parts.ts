import { posix } from 'node:path';
import { UnreadableFile } from './unreadable-file';
import { readXml } from './xml-reader';
import { brokenWorkbook, type ZipArchive } from './zip-archive';

export interface WorkbookSheet {
  readonly name: string;
  readonly isHidden: boolean;
  /** Name of the entry. */
  readonly part: string;
}

export interface Workbook {
  readonly sheets: readonly WorkbookSheet[];
  /** Whether days count from 1904, as on old Macs. */
  readonly isFrom1904: boolean;
  readonly sharedStrings: string | null;
  readonly styles: string | null;
}

/** More sheets would need more entries than an archive may have. */
const maxItems = 10_000;
/** Number of characters of the name of a sheet. Excel allows 31. */
const maxName = 255;

interface Relation {
  /** The last part of its type. */
  readonly kind: string;
  /** Name of the entry. */
  readonly part: string;
}

/** @throws UnreadableFile if the archive is no workbook. */
export async function readWorkbook(archive: ZipArchive): Promise<Workbook> {
  const root = await relationsOf(archive, '');
  const main = [...root.values()].find(({ kind }) => kind === 'officeDocument')?.part ?? 'xl/workbook.xml';
  const isWorkbook = archive.has(main) && /\.xml$/i.test(main) && !/^(word|ppt)\//i.test(main);
  if (!isWorkbook) throw new UnreadableFile(`The file is ${formatOf(archive)}.`);
  const relations = await relationsOf(archive, main);
  const partOf = (kind: string) => [...relations.values()].find((relation) => relation.kind === kind)?.part ?? null;
  const sheets: WorkbookSheet[] = [];
  const parts = new Set<string>();
  let isFrom1904 = false;
  await readXml(archive.read(main), {
    open: (name, attributes) => {
      if (name === 'workbookPr') isFrom1904 = /^(1|true|on)$/i.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const id = Object.entries(attributes).find(([key]) => /:id$/.test(key))?.[1] ?? '';
      const relation = relations.get(id);
      // Sheets with a chart only have another kind.
      if (relation?.kind !== 'worksheet') return;
      // Otherwise a file could have the same sheet read over and over.
      if (parts.has(relation.part)) throw brokenWorkbook();
      parts.add(relation.part);
      const isHidden = /hidden$/i.test(attributes.state ?? '');
      sheets.push({ name: (attributes.name ?? '').slice(0, maxName), isHidden, part: relation.part });
    },
  });
  return { sheets, isFrom1904, sharedStrings: partOf('sharedStrings'), styles: partOf('styles') };
}

/** @param part the entry that has the relations; empty: the archive. @returns them by their id. */
async function relationsOf(archive: ZipArchive, part: string): Promise<ReadonlyMap<string, Relation>> {
  const folder = posix.dirname(part);
  const relations = new Map<string, Relation>();
  const name = posix.join(folder, '_rels', `${posix.basename(part)}.rels`);
  if (!archive.has(name)) return relations;
  await readXml(archive.read(name), {
    open: (element, { Id = '', Type = '', Target = '', TargetMode }) => {
      if (element !== 'Relationship' || TargetMode === 'External') return;
      if (relations.size >= maxItems) throw brokenWorkbook();
      const target = Target.startsWith('/') ? Target.slice(1) : posix.join(folder, Target);
      relations.set(Id, { kind: Type.slice(Type.lastIndexOf('/') + 1), part: target });
    },
  });
  return relations;
}

/** @returns what an archive is that is no workbook, and what to do. */
function formatOf({ names }: ZipArchive): string {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  if (has(/^xl\/[^/]*\.bin$/)) return 'a binary Excel workbook (.xlsb): save it as .xlsx or CSV';
  if (has(/^content\.xml$/)) return 'an OpenDocument file: save it as .xlsx or CSV';
  if (has(/^index\/.*\.iwa$|^index\.zip$/)) return 'a Numbers or Pages document of Apple: export it as CSV';
  if (has(/^word\//)) return 'a Word document: save its table as CSV';
  if (has(/^ppt\//)) return 'a PowerPoint presentation: it has no rows and columns';
  return 'an archive (ZIP) without a workbook: unpack it, and send a file from it';
}
