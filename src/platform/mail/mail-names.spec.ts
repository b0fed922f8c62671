import { plainName } from './mail-names';

it.each([
  ['Ada Lovelace', 'Ada Lovelace'],
  ['Größe & Söhne GmbH & Co. KG', 'Größe & Söhne GmbH & Co. KG'],
  ['St.Gallen Inc.', 'St. Gallen Inc.'],
  ['http://evil.example/x', 'http: / / evil. example/ x'],
  ['www.evil.example', 'www. evil. example'],
  ['evil．example', 'evil. example'],
  ['evil｡example', 'evil。 example'],
  ['evil․example', 'evil. example'],
  ['eve@evil.example', 'eve@ evil. example'],
  ['mailto:eve', 'mailto: eve'],
  ['\\\\evil\\share', '\\ \\ evil\\ share'],
  [' Ada\r\nBcc: eve\u202e\u200b ', 'Ada Bcc: eve'],
  ['x'.repeat(80), 'x'.repeat(80)],
  ['🌊'.repeat(81), `${'🌊'.repeat(80)}…`],
])('%j is written as %j', (name, plain) => {
  expect(plainName(name)).toBe(plain);
});
