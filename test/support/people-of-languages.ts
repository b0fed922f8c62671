import type { Encoding } from '../../src/platform/tables/text-encoding';

/** Columns of the tables, in their order. */
export const fields = [
  'first_name',
  'last_name',
  'email',
  'phone',
  'zip_code',
  'city',
  'company_name',
  'notes',
] as const;
export type Field = (typeof fields)[number];

export interface People {
  readonly language: string;
  readonly encodings: readonly Encoding[];
  /** By field, in their order. */
  readonly headers: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const unicode: readonly Encoding[] = ['utf-8', 'utf-16le', 'utf-16be'];
const english = ['First Name', 'Last Name', 'E-mail', 'Phone', 'Post code', 'City', 'Company', 'Notes'];
export const tables: readonly People[] = [
  {
    language: 'English',
    encodings: [...unicode, 'windows-1252', 'windows-1254', 'iso-8859-15', 'iso-8859-9', 'macintosh'],
    headers: english,
    rows: [
      [
        'Grete',
        "'t Hart",
        'grete@x.example',
        '+49 30 1234567',
        '01067',
        "'s-Hertogenbosch",
        'Smith & Sons',
        'one, two',
      ],
      ['Nil', 'Null', '', '', '09000', 'Köln', '', ''],
      ['Zoë', 'van der Berg', 'zoe@x.example', '030 7654321', '', '', 'Ça Va; Ltd', 'a "quoted" word\nbelow'],
      ['José', "O'Neil", 'jose@mail.example', '(555) 010-0199', 'W1A 1AA', 'Málaga', 'A|B ^ C', ''],
      ['Françoise', 'Lefèvre', 'francoise@mail.example', '', '75001', 'Besançon', 'Crédit Général', 'à bientôt'],
    ],
  },
  {
    language: 'German',
    encodings: [...unicode, 'windows-1252', 'windows-1250', 'iso-8859-15', 'iso-8859-2', 'macintosh'],
    headers: ['Vorname', 'Nachname', 'E-Mail', 'Telefon', 'PLZ', 'Ort', 'Firma', 'Notizen'],
    rows: [
      [
        'Jürgen',
        'Weiß',
        'juergen@x.example',
        '+49 30 1234567',
        '01067',
        'Düsseldorf',
        'Müller & Söhne',
        'größer, schöner',
      ],
      ['Jörg', 'Müller', '', '', '09000', 'Köln', '', ''],
      [
        'Käthe',
        'von Grün',
        'kaethe@x.example',
        '030 7654321',
        '',
        'Würzburg',
        'Bäcker; GmbH',
        'für "später"\nübermorgen',
      ],
      ['Ann', 'Schäfer', 'ann@x.example', '0171-1234567', '80331', 'München', 'Öl | Öfen', ''],
    ],
  },
  {
    language: 'Polish',
    encodings: [...unicode, 'windows-1250', 'iso-8859-2'],
    headers: ['Imię', 'Nazwisko', 'E-mail', 'Telefon', 'Kod pocztowy', 'Miasto', 'Firma', 'Notatki'],
    rows: [
      ['Łukasz', 'Wiśniewski', 'lukasz@x.example', '+48 22 1234567', '00-001', 'Łódź', 'Żabka & Syn', 'dużo, więcej'],
      ['Małgorzata', 'Dąbrowska', '', '', '31-042', 'Kraków', '', ''],
      ['Paweł', 'Zieliński', 'pawel@x.example', '22 7654321', '', 'Gdańsk', 'Świat; Sp. z o.o.', 'że "później"\nźle'],
      ['Święta', 'Żółć', 'swieta@x.example', '600 123 456', '90-001', 'Częstochowa', 'Ćma | Ląd', ''],
    ],
  },
  {
    language: 'Russian',
    encodings: [...unicode, 'windows-1251'],
    headers: ['Имя', 'Фамилия', 'Эл. почта', 'Телефон', 'Индекс', 'Город', 'Компания', 'Заметки'],
    rows: [
      ['Иван', 'Петров', 'ivan@x.example', '+7 495 1234567', '01067', 'Москва', 'Рога & Копыта', 'много, больше'],
      ['Наталья', 'Смирнова', '', '', '620000', 'Екатеринбург', '', ''],
      ['Фёдор', 'Кузнецов', 'fedor@x.example', '8 800 7654321', '', 'Казань', 'Заря; ООО', 'это "позже"\nзавтра'],
    ],
  },
  {
    language: 'Greek',
    encodings: [...unicode, 'windows-1253'],
    headers: english,
    rows: [
      ['Γιώργος', 'Παπαδόπουλος', 'giorgos@x.example', '+30 21 01234567', '10431', 'Αθήνα', 'Ήλιος & Υιοί', 'ένα, δύο'],
      ['Μαρία', 'Ιωάννου', '', '', '54622', 'Θεσσαλονίκη', '', ''],
      ['Ελένη', 'Νικολάου', 'eleni@x.example', '2310 765432', '', 'Πάτρα', 'Θάλασσα; ΕΠΕ', 'είναι "αργότερα"\nαύριο'],
    ],
  },
  {
    language: 'Turkish',
    encodings: [...unicode, 'windows-1254', 'iso-8859-9'],
    headers: english,
    rows: [
      ['Gökhan', 'Yıldız', 'gokhan@x.example', '+90 212 1234567', '34000', 'İstanbul', 'Işık & Oğulları', 'güzel, çok'],
      ['Ayşe', 'Çağlar', '', '', '06100', 'Diyarbakır', '', ''],
      ['Şükrü', 'Öztürk', 'sukru@x.example', '0212 7654321', '', 'Eskişehir', 'Güneş; A.Ş.', 'şimdi "değil"\nyarın'],
    ],
  },
  {
    language: 'Japanese',
    encodings: [...unicode, 'shift_jis'],
    headers: ['名', '姓', 'メール', '電話番号', '郵便番号', '市区町村', '会社名', 'メモ'],
    rows: [
      ['太郎', '山田', 'taro@x.example', '+81 3 12345678', '100-0001', '千代田区', '山田 & 佐藤', 'あれ, これ'],
      ['花子', '佐藤', '', '', '530-0001', '大阪市', '', ''],
      ['一郎', '鈴木', 'ichiro@x.example', '03-7654-3210', '', '横浜市', '表; ソフト', '予定 "未定"\n明日'],
    ],
  },
  {
    language: 'simplified Chinese',
    encodings: [...unicode, 'gb18030'],
    headers: ['名', '姓', '电子邮件', '电话', '邮政编码', '城市', '公司', '备注'],
    rows: [
      ['小明', '王', 'xiaoming@x.example', '+86 10 12345678', '100000', '北京', '东方 & 西方', '很多, 更多'],
      ['丽华', '李', '', '', '200000', '上海', '', ''],
      ['国强', '张', 'guoqiang@x.example', '021-76543210', '', '广州', '阳光; 公司', '以后 "再说"\n明天'],
    ],
  },
  {
    language: 'traditional Chinese',
    encodings: [...unicode, 'big5'],
    headers: english,
    rows: [
      ['小明', '陳', 'xiaoming@x.example', '+886 2 12345678', '10001', '臺北市', '東方 & 西方', '很多, 更多'],
      ['麗華', '林', '', '', '80001', '高雄市', '', ''],
      ['國強', '張', 'guoqiang@x.example', '02-7654-3210', '', '臺中市', '陽光; 公司', '以後 "再說"\n明天'],
    ],
  },
  {
    language: 'Korean',
    encodings: [...unicode, 'euc-kr'],
    headers: english,
    rows: [
      ['민수', '김', 'minsu@x.example', '+82 2 12345678', '04524', '서울', '한국 & 세계', '많이, 더'],
      ['지영', '이', '', '', '48058', '부산', '', ''],
      ['철수', '박', 'cheolsu@x.example', '02-7654-3210', '', '인천', '햇빛; 회사', '나중에 "다시"\n내일'],
    ],
  },
];
