import { type ColumnNames, sourceNames } from '../../platform/records/column-names';

/** Names that in other files are those of people or companies. */
const own: ColumnNames = {
  en: 'name, title, label, lead source name',
  de: 'Name, Bezeichnung',
  fr: 'Nom, Intitulé',
  es: 'Nombre, Denominación',
  it: 'Nome, Denominazione',
  pt: 'Nome, Designação',
  nl: 'Naam, Benaming',
  pl: 'Nazwa, Tytuł',
  sv: 'Namn, Benämning',
  da: 'Navn, Betegnelse',
  fi: 'Nimi, Nimitys',
  ru: 'Название, Наименование',
  zh: '名称, 名字',
  ja: '名前, 名称',
};

const languages = Object.keys(own) as (keyof ColumnNames)[];

/** What columns of sources are called. */
export const sourceColumnNames = {
  name: Object.fromEntries(
    languages.map((language) => [language, `${sourceNames[language]}, ${own[language]}`]),
  ) as ColumnNames,
} as const;
