import { encode } from 'iconv-lite';
import { bestCodePage } from './code-page-guess';
import { decoderOf, type Encoding } from './text-encoding';

/** Invented people, in the code pages in which lists of them are kept. Two lines are enough. */
const people: Readonly<Record<string, readonly [readonly Encoding[], readonly string[]]>> = {
  German: [
    ['windows-1252', 'iso-8859-15', 'macintosh'],
    ['Jürgen;Müller;Köln;Straße 5', 'Käthe;Weiß;Würzburg;Am Bächle 3', 'Björn;Schäfer;Düsseldorf;Größe GmbH'],
  ],
  French: [
    ['windows-1252', 'iso-8859-15', 'macintosh'],
    [
      "François;Lefèvre;Besançon;Rue de l'Église",
      'Hélène;Béranger;Orléans;Société Générale',
      'Noëlle;Châtelain;Nîmes;Hôtel',
    ],
  ],
  Spanish: [
    ['windows-1252', 'iso-8859-15', 'macintosh'],
    ['José;Muñoz;Málaga;Calle del Niño', 'María;Peña;León;Compañía Española', 'Íñigo;Ibáñez;Cádiz;Avenida América'],
  ],
  Portuguese: [
    ['windows-1252', 'macintosh'],
    [
      'João;Conceição;São Paulo;Rua das Flores',
      'Inês;Gonçalves;Évora;Avenida',
      'António;Guimarães;Brasília;Praça da Sé',
    ],
  ],
  Danish: [
    ['windows-1252', 'macintosh'],
    ['Søren;Jørgensen;Århus;Ærøvej 3', 'Bjørn;Sørensen;Køge;Nørregade', 'Åse;Kjær;Helsingør;Store Kongensgade'],
  ],
  Swedish: [
    ['windows-1252', 'macintosh'],
    ['Åke;Sjöberg;Malmö;Storgatan', 'Märta;Öberg;Västerås;Ängsvägen 5', 'Göran;Åkesson;Göteborg;Sjögränd'],
  ],
  Icelandic: [['windows-1252'], ['Sigríður;Þórðardóttir;Reykjavík', 'Guðmundur;Jónsson;Ísafjörður']],
  'people of several countries': [
    ['windows-1252', 'macintosh'],
    [
      'Jürgen;Müller;Köln',
      'François;Lefèvre;Besançon',
      'José;Muñoz;Málaga',
      'Søren;Jørgensen;Århus',
      'João;Conceição;Évora',
    ],
  ],
  Polish: [
    ['windows-1250', 'iso-8859-2'],
    [
      'Łukasz;Wójcik;Kraków;ulica Świętokrzyska',
      'Małgorzata;Dąbrowska;Łódź;Spółka',
      'Stanisław;Kamiński;Poznań;Żwirki',
    ],
  ],
  Czech: [
    ['windows-1250', 'iso-8859-2'],
    [
      'Jiří;Dvořák;Plzeň;Náměstí Míru',
      'Božena;Němcová;Ústí nad Labem;Společnost',
      'Tomáš;Černý;České Budějovice;Křižíkova',
    ],
  ],
  Hungarian: [
    ['windows-1250', 'iso-8859-2'],
    ['László;Szabó;Győr;Petőfi utca', 'Erzsébet;Kovács;Székesfehérvár;Vállalkozás', 'Szűcs;Hegedűs;Pécs;Ügyvédi Iroda'],
  ],
  Croatian: [
    ['windows-1250', 'iso-8859-2'],
    ['Željko;Marković;Šibenik;Trg bana Jelačića', 'Đurđica;Horvatić;Čakovec;Poduzeće', 'Zvonimir;Babić;Požega;žrtava'],
  ],
  Romanian: [
    ['windows-1250', 'iso-8859-2'],
    [
      'Ioana;Mureşan;Braşov;Întreprindere',
      'Gheorghe;Brâncuşi;Târgu Mureş;Şoseaua',
      'Cătălina;Munteanu;Constanţa;Piaţa Unirii',
    ],
  ],
  Russian: [
    ['windows-1251'],
    ['Иван;Петров;Москва', 'Наталья;Смирнова;Санкт-Петербург', 'Фёдор;Кузнецов;Екатеринбург'],
  ],
  Ukrainian: [['windows-1251'], ['Олексій;Шевченко;Київ', 'Ірина;Ковальчук;Львів', 'Євген;Гончаренко;Чернігів']],
  Greek: [['windows-1253'], ['Γιώργος;Παπαδόπουλος;Αθήνα', 'Ελένη;Νικολάου;Θεσσαλονίκη', 'Δημήτρης;Ιωάννου;Πάτρα']],
  Turkish: [
    ['windows-1254'],
    ['Mehmet;Öztürk;Eskişehir;Şirket', 'Çağla;Kılıç;Muğla;Atatürk Bulvarı', 'Gökhan;Işık;İzmir;Güneş Sokağı'],
  ],
  Chinese: [['gb18030'], ['王;小明;北京市;朝阳区建国路', '李;娜;上海市;科技有限公司', '张;伟;广州市;中山大道']],
  'Chinese of Taiwan': [
    ['big5'],
    ['陳;怡君;台北市;信義路五段', '林;志明;高雄市;股份有限公司', '黃;淑芬;台中市;中山北路'],
  ],
  Japanese: [['shift_jis'], ['山田;太郎;東京都;千代田区', '佐藤;花子;大阪市;株式会社さくら', '鈴木;一郎;横浜市;中区']],
  Korean: [['euc-kr'], ['김;민준;서울특별시;강남구 테헤란로', '이;서연;부산광역시;주식회사', '박;지훈;대구;해운대구']],
};
const namesOfEncoder: Readonly<Partial<Record<Encoding, string>>> = { 'euc-kr': 'cp949', macintosh: 'macroman' };

it.each(Object.keys(people))('%s names come in right', (language) => {
  const [encodings, lines] = people[language]!;
  for (const encoding of encodings) {
    for (let first = 0; first + 1 < lines.length; first++) {
      const text = `${lines.slice(first, first + 2).join('\n')}\n`;
      const bytes = encode(text, namesOfEncoder[encoding] ?? encoding);
      // Some code pages have the same letters; which of them is named does not matter.
      const decoder = decoderOf(bestCodePage(bytes));
      expect([encoding, decoder.write(bytes) + decoder.end()]).toEqual([encoding, text]);
    }
  }
});

/** Western files often have few letters beyond ASCII, and signs. */
const western = [
  ...['José;Garcia', 'Müller', 'Zoë', 'Søren', 'Šimon;Vouet', 'Æsop;Oslo', 'Società', 'ß', 'ÄÖÜ', 'naïve'],
  ...['Rent – May', 'Rock ’n’ Roll', '«Bonjour»', '£ 5', '¥ 100', '5 €', '50 ± 2', '3 × 4', 'µm', '5 m³'],
  ...['Nº 5', '2º B', '1ª planta', 'Mª José;Ruiz', 'O´Brien;Pat', 'a\u00a0b', 'Acme®', 'João;Conceição', 'Peña'],
];

it.each(western)('%j alone is Western, and with another one', (line) => {
  const place = western.indexOf(line);
  for (const other of ['', western[(place + 3) % western.length]!, western[(place + 11) % western.length]!]) {
    const text = `${line}\n${other}\n`;
    const bytes = encode(text, 'windows-1252');
    const decoder = decoderOf(bestCodePage(bytes));
    expect(decoder.write(bytes) + decoder.end()).toBe(text);
  }
});

it.each([
  ['Romanian', 'Ion;Slănic;Moldova\nAna;Bănescu;Iasi\n'],
  ['Hungarian', 'Gergő;Szőke;Szeged\nErzsi;Szűcs;Hatvan\n'],
  ['Polish', 'Jan;Kamiński;Gdańsk\nEwa;Zieliński;Poznań\n'],
  ['Croatian', 'Ivan;Petrović;Split\nAna;Ibrić;Zadar\nMarko;Perić;Pula\n'],
])('few letters are %s where Western ones would not stand', (_, text) => {
  const bytes = encode(text, 'windows-1250');
  const decoder = decoderOf(bestCodePage(bytes));
  expect(decoder.write(bytes) + decoder.end()).toBe(text);
});

it('bytes that are of no code page are taken for Western ones', () => {
  expect(bestCodePage(Buffer.from([0x81, 0x8d, 0x0a]))).toBe('windows-1252');
  expect(bestCodePage(Buffer.alloc(0))).toBe('windows-1252');
});
