import { builtInFormat, type NumberFormat, readNumberFormat } from './number-formats';
import { UnreadableFile } from './unreadable-file';
import { readXml } from './xml-reader';

/** Excel allows about as many. */
const maxFormats = 65_536;

/** @returns the number formats to which the `s` of cells refer. @throws UnreadableFile */
export async function readNumberFormats(bytes: AsyncIterable<Buffer>): Promise<readonly NumberFormat[]> {
  const own = new Map<number, NumberFormat>();
  const formats: NumberFormat[] = [];
  let isOfCells = false;
  await readXml(bytes, {
    open: (name, { numFmtId = '0', formatCode = '' }) => {
      if (name === 'numFmt') own.set(Number(numFmtId), readNumberFormat(formatCode));
      else if (name === 'cellXfs') isOfCells = true;
      else if (name === 'xf' && isOfCells) formats.push(own.get(Number(numFmtId)) ?? builtInFormat(Number(numFmtId)));
      if (formats.length > maxFormats || own.size > maxFormats)
        throw new UnreadableFile('The workbook has more than 65,536 formats of cells: save its sheet as CSV.');
    },
    close: (name) => {
      if (name === 'cellXfs') isOfCells = false;
    },
  });
  return formats;
}
