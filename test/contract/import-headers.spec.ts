import { companyColumns } from '../../src/contexts/companies/companies.import';
import { contactColumns } from '../../src/contexts/contacts/contacts.import';
import { knownHeaders } from '../../src/contexts/imports/rows/column-names';
import { sourceColumns } from '../../src/contexts/sources/sources.import';
import { inspectTable } from '../../src/platform/tables/table-inspection';
import { readRows, type TableChoice } from '../../src/platform/tables/table-reader';
import { UnreadableFile } from '../../src/platform/tables/unreadable-file';

/** Which line of a file is the header, and which lines are no rows, with the headers that the contexts know. */
const isKnownHeader = knownHeaders([contactColumns, companyColumns, sourceColumns]);

async function read(text: string, choice: TableChoice = {}) {
  const chunks = async function* () {
    yield Buffer.from(text);
  };
  const { shape, total_rows } = await inspectTable(chunks, 1_000, isKnownHeader, choice);
  const rows: string[] = [];
  for await (const { cells } of readRows(chunks, shape)) rows.push(cells.join('/'));
  expect(rows).toHaveLength(total_rows);
  const { headers, header_line, ignored_rows, skipped_lines } = shape;
  const skipped = skipped_lines.map(({ line, text: shown }) => `${line}: ${shown}`);
  expect(ignored_rows).toBe(skipped.length);
  return { header_line, headers: headers.join('/'), rows, skipped };
}

interface Case {
  readonly file: string;
  readonly headers: string;
  readonly line: number | null;
  readonly rows: readonly string[];
  readonly skipped?: readonly string[];
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`;
}

async function expectCase({ file, headers, line, rows, skipped = [] }: Case, choice?: TableChoice): Promise<void> {
  expect(await read(file, choice)).toEqual({ header_line: line, headers, rows, skipped });
}

const persons = ['Jan,jan@mail.example,Delft', 'Ina,ina@mail.example,Gouda', 'Piet,piet@mail.example,Breda'];
const personRows = persons.map((person) => person.replaceAll(',', '/'));

describe('the header', () => {
  it.each<[string, Case]>([
    [
      'in an unknown language stands above rows with words that are known headers',
      {
        file: lines(
          'Recordtype,Aanhef,Roepnaam,Familienaam,Mailadres,Toestel',
          'Relatie,Dhr,Jan,Berg,jan@example.com,Vast',
          'Contact,Mw,Ina,Vos,ina@example.com,Mobile',
          'Contact,Dhr,Piet,Kok,piet@example.com,Mobile',
        ),
        line: 1,
        headers: 'Recordtype/Aanhef/Roepnaam/Familienaam/Mailadres/Toestel',
        rows: [
          'Relatie/Dhr/Jan/Berg/jan@example.com/Vast',
          'Contact/Mw/Ina/Vos/ina@example.com/Mobile',
          'Contact/Dhr/Piet/Kok/piet@example.com/Mobile',
        ],
      },
    ],
    [
      'the same without addresses',
      {
        file: lines('Recordtype,Roepnaam,Toestel', 'Relatie,Jan,Vast', 'Contact,Ina,Mobile', 'Contact,Piet,Mobile'),
        line: 1,
        headers: 'Recordtype/Roepnaam/Toestel',
        rows: ['Relatie/Jan/Vast', 'Contact/Ina/Mobile', 'Contact/Piet/Mobile'],
      },
    ],
    [
      'the same with the known words in the last row only',
      {
        file: lines('Recordtype,Toestel', 'Relatie,Vast', 'Relatie,Geen', 'Contact,Mobile'),
        line: 1,
        headers: 'Recordtype/Toestel',
        rows: ['Relatie/Vast', 'Relatie/Geen', 'Contact/Mobile'],
      },
    ],
    [
      'has a blank name, and the first row says nothing in its column',
      {
        file: lines(',Naam,Woonplaats', '1,Jan,Delft', '2,Ina,Gouda'),
        line: 1,
        headers: 'Column 1/Naam/Woonplaats',
        rows: ['1/Jan/Delft', '2/Ina/Gouda'],
      },
    ],
    [
      'is shorter than the rows',
      {
        file: lines('Naam,Woonplaats', 'Jan,Delft,x', 'Ina,Gouda,y'),
        line: 1,
        headers: 'Naam/Woonplaats',
        rows: ['Jan/Delft/x', 'Ina/Gouda/y'],
      },
    ],
    [
      'stands above a row that has no address yet',
      {
        file: lines('Naam,Mail', 'Jan,geen', 'Piet,piet@mail.example'),
        line: 1,
        headers: 'Naam/Mail',
        rows: ['Jan/geen', 'Piet/piet@mail.example'],
      },
    ],
    [
      'has years for names',
      {
        file: lines('Klant,2024,2025', 'Jan,5,7', 'Ina,6,8'),
        line: 1,
        headers: 'Klant/2024/2025',
        rows: ['Jan/5/7', 'Ina/6/8'],
      },
    ],
    ['is all there is', { file: 'Voornaam,Familienaam\n', line: 1, headers: 'Voornaam/Familienaam', rows: [] }],
    [
      'stands below titles, dates and a blank line',
      {
        file: lines('Klantenlijst', 'Afgedrukt: 31-01-2026', '', 'Naam,Mail,Plaats', ...persons),
        line: 4,
        headers: 'Naam/Mail/Plaats',
        rows: personRows,
        skipped: ['1: Klantenlijst', '2: Afgedrukt: 31-01-2026'],
      },
    ],
    [
      'stands below titles that a spreadsheet filled up',
      {
        file: lines('Klantenlijst,,', 'Afdeling:,Verkoop,', ',,', 'Naam,Mail,Plaats', ...persons),
        line: 4,
        headers: 'Naam/Mail/Plaats',
        rows: personRows,
        skipped: ['1: Klantenlijst', '2: Afdeling:,Verkoop'],
      },
    ],
    [
      'stands below a line of explanation as wide as the table',
      {
        file: lines('Rapport:,Klanten,31-01-2026', '', 'Naam,Mail,Plaats', ...persons),
        line: 3,
        headers: 'Naam/Mail/Plaats',
        rows: personRows,
        skipped: ['1: Rapport:,Klanten,31-01-2026'],
      },
    ],
    [
      'is known, and stands below an explanation wider than the table',
      {
        file: lines('Report,Contacts,Date,31/01/2026,By,Jan', '', 'First Name,E-mail,City', ...persons),
        line: 3,
        headers: 'First Name/E-mail/City',
        rows: personRows,
        skipped: ['1: Report,Contacts,Date,31/01/2026,By,Jan'],
      },
    ],
    [
      'is known, and stands right below a line as wide as the table',
      {
        file: lines('Report,of,contacts', 'First Name,Last Name,City', 'Jan,Berg,Delft', 'Ina,Vos,Gouda'),
        line: 2,
        headers: 'First Name/Last Name/City',
        rows: ['Jan/Berg/Delft', 'Ina/Vos/Gouda'],
        skipped: ['1: Report,of,contacts'],
      },
    ],
    [
      'stands below many lines of explanation',
      {
        file: lines(
          ...Array<string>(12).fill('Please note: this file is confidential.'),
          'Naam,Mail,Plaats',
          ...persons,
        ),
        line: 13,
        headers: 'Naam/Mail/Plaats',
        rows: personRows,
        skipped: Array.from({ length: 12 }, (_, index) => `${index + 1}: Please note: this file is confidential.`),
      },
    ],
    [
      'stands below the names of groups, which tell repeated names apart',
      {
        file: lines(',,Zakelijk,,Privé,', 'Naam,Mail,Straat,Plaats,Straat,Plaats', 'Jan,jan@mail.example,a,b,c,d'),
        line: 2,
        headers: 'Naam/Mail/Zakelijk Straat/Zakelijk Plaats/Privé Straat/Privé Plaats',
        rows: ['Jan/jan@mail.example/a/b/c/d'],
        skipped: ['1: ,,Zakelijk,,Privé'],
      },
    ],
    [
      'stands below a group of its last column',
      {
        file: lines('Persoon,,,,Adres', 'Naam,Mail,Tel,Taal,Straat', 'Jan,a,b,c,d', 'Ina,e,f,g,h'),
        line: 2,
        headers: 'Naam/Mail/Tel/Taal/Straat',
        rows: ['Jan/a/b/c/d', 'Ina/e/f/g/h'],
        skipped: ['1: Persoon,,,,Adres'],
      },
    ],
    [
      'is divided from the rows by dashes',
      {
        file: lines('Naam|Plaats', '----|------', 'Jan|Delft', 'Ina|Gouda', '(2 rows)'),
        line: 1,
        headers: 'Naam/Plaats',
        rows: ['Jan/Delft', 'Ina/Gouda'],
        skipped: ['2: ----|------', '5: (2 rows)'],
      },
    ],
  ])('%s', async (_, each) => {
    await expectCase(each);
  });

  it.each<[string, Case]>([
    ['addresses', { file: lines(...persons), line: null, headers: 'Column 1/Column 2/Column 3', rows: personRows }],
    [
      'an address, and words that are known headers',
      {
        file: lines('Contact,Ina,ina@mail.example,Mobile', 'Contact,Jan,jan@mail.example,Home'),
        line: null,
        headers: 'Column 1/Column 2/Column 3/Column 4',
        rows: ['Contact/Ina/ina@mail.example/Mobile', 'Contact/Jan/jan@mail.example/Home'],
      },
    ],
    [
      'numbers',
      {
        file: lines('Jan;12;3', 'Ina;7;5', 'Piet;;9'),
        line: null,
        headers: 'Column 1/Column 2/Column 3',
        rows: ['Jan/12/3', 'Ina/7/5', 'Piet//9'],
      },
    ],
    [
      'dates',
      {
        file: lines('Jan,2026-01-31', 'Ina,2025-12-24'),
        line: null,
        headers: 'Column 1/Column 2',
        rows: ['Jan/2026-01-31', 'Ina/2025-12-24'],
      },
    ],
    [
      'phone numbers',
      {
        file: lines('Jan,+31 20 1234567', 'Ina,020-7654321'),
        line: null,
        headers: 'Column 1/Column 2',
        rows: ['Jan/+31 20 1234567', 'Ina/020-7654321'],
      },
    ],
    [
      'streets and postal codes',
      {
        file: lines('Jan,Dorpsstraat 12,1234 AB', 'Ina,Kerkweg 31,2345 CD'),
        line: null,
        headers: 'Column 1/Column 2/Column 3',
        rows: ['Jan/Dorpsstraat 12/1234 AB', 'Ina/Kerkweg 31/2345 CD'],
      },
    ],
    [
      'a word that comes again in its column',
      {
        file: lines('Jan,Delft', 'Ina,Gouda', 'Piet,Delft'),
        line: null,
        headers: 'Column 1/Column 2',
        rows: ['Jan/Delft', 'Ina/Gouda', 'Piet/Delft'],
      },
    ],
    [
      'one row',
      { file: lines('Jan,jan@mail.example'), line: null, headers: 'Column 1/Column 2', rows: ['Jan/jan@mail.example'] },
    ],
    [
      'one column of addresses',
      {
        file: lines('a@mail.example', 'b@mail.example'),
        line: null,
        headers: 'Column 1',
        rows: ['a@mail.example', 'b@mail.example'],
      },
    ],
    [
      'a title above the rows',
      {
        file: lines('Klanten', '', ...persons),
        line: null,
        headers: 'Column 1/Column 2/Column 3',
        rows: personRows,
        skipped: ['1: Klanten'],
      },
    ],
    [
      'a short first row',
      {
        file: lines('Jan', 'Ina,ina@mail.example', 'Piet,piet@mail.example'),
        line: null,
        headers: 'Column 1/Column 2',
        rows: ['Jan', 'Ina/ina@mail.example', 'Piet/piet@mail.example'],
      },
    ],
  ])('is not there above %s', async (_, each) => {
    await expectCase(each);
  });

  it('is what the caller says', async () => {
    const file = lines('Jan,jan@mail.example', 'Ina,ina@mail.example', 'Piet,piet@mail.example');
    expect(await read(file)).toMatchObject({ header_line: null, rows: { length: 3 } });
    expect(await read(file, { has_header: true })).toMatchObject({ header_line: 1, rows: { length: 2 } });
    expect(await read(file, { header_row: 2 })).toEqual({
      header_line: 2,
      headers: 'Ina/ina@mail.example',
      rows: ['Piet/piet@mail.example'],
      skipped: ['1: Jan,jan@mail.example'],
    });
    const known = lines('First Name,E-mail', 'Jan,jan@mail.example');
    expect(await read(known, { has_header: false })).toMatchObject({ header_line: null, rows: { length: 2 } });
    await expect(read(file, { header_row: 4 })).rejects.toThrow(UnreadableFile);
    await expect(read(lines('', ...persons), { header_row: 1 })).rejects.toThrow('Line 1 is blank');
  });
});

describe('no row is', () => {
  const table = ['Naam,Mail,Plaats', ...persons];
  it.each<[string, readonly string[], readonly string[]]>([
    ['a total below a blank line', [...table, '', 'Totaal,,3'], ['6: Totaal,,3']],
    ['a total right below the rows', [...table, 'Totaal,,3'], ['5: Totaal,,3']],
    ['a count', [...table, 'Total: 3'], ['5: Total: 3']],
    ['a count of rows', [...table, '', '(3 rows)'], ['6: (3 rows)']],
    [
      'a footer of several lines',
      [...table, '', 'Confidential - do not distribute', 'Copyright Acme', 'Printed by Jan, 31-01-2026'],
      ['6: Confidential - do not distribute', '7: Copyright Acme', '8: Printed by Jan, 31-01-2026'],
    ],
    ['a date above a blank line', [...table, '31-01-2026,,', ''], ['5: 31-01-2026']],
    [
      'the header again, with a byte order mark',
      [...table.slice(0, 3), `\ufeff${table[0]}`, persons[2]!],
      ['4: Naam,Mail,Plaats'],
    ],
    [
      'the title of a group',
      [table[0]!, '', 'Klanten,,', persons[0]!, persons[1]!, '', 'Leveranciers', persons[2]!],
      ['3: Klanten', '7: Leveranciers'],
    ],
    ['a subtotal above a blank line', [...table.slice(0, 3), 'Subtotaal,,2', '', persons[2]!], ['4: Subtotaal,,2']],
  ])('%s', async (_, file, skipped) => {
    expect(await read(lines(...file))).toEqual({
      header_line: 1,
      headers: 'Naam/Mail/Plaats',
      rows: personRows,
      skipped,
    });
  });

  it.each<[string, readonly string[]]>([
    ['has a name only, below the others', [...persons, 'Kees,,']],
    ['has a name only, between others', [persons[0]!, 'Kees,,', persons[1]!, '', 'Klaas,,']],
    ['is called like a total', [...persons, 'Total,info@total.example,Parijs', 'Sum,,Delft']],
    ['stands alone below a blank line, in a table that is spaced so', ['Jan,a', '', 'Kees', '', 'Ina,b', '']],
  ])('but one that %s is a row', async (_, rows) => {
    const { skipped, rows: found } = await read(lines('Naam,Mail,Plaats', '', ...rows));
    expect(skipped).toEqual([]);
    expect(found).toEqual(rows.filter((row) => row !== '').map((row) => row.replaceAll(',', '/')));
  });
});
