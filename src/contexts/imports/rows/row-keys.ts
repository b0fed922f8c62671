import type { ErrorDetail } from '../../../kernel/domain-error';
import type { FormOf } from '../../../platform/database/match-forms';
import type { Matcher, RowKeys } from '../../../platform/records/matcher';
import type { Keys } from './duplicate-index';

/** @returns the texts of which the database makes the comparable forms. */
export function* textsOfKeys(texts: Iterable<RowKeys>) {
  for (const { primary = [], secondary = [] } of texts) {
    yield* primary;
    yield* secondary;
  }
}

/** @returns the keys in the form for comparisons. */
export function keysOf({ primary = [], secondary = [], title }: RowKeys, formOf: FormOf): Keys {
  const keyOf = (texts: Required<RowKeys>['primary']) => {
    const forms = texts.map(formOf);
    return texts.some(({ isOptional }, index) => !isOptional && forms[index] === '') ? '' : forms.join('\n');
  };
  return { primary: keyOf(primary), secondary: keyOf(secondary), title };
}

const wantedForms: Readonly<Record<string, string>> = {
  address: 'is no e-mail address, so it identifies nothing',
  host: 'is no host name, so it identifies nothing',
  phone: 'is no phone number, so it identifies nothing',
};

/** @returns what should identify a row and has not the form of it. */
export function formlessOf(
  { fields }: Matcher,
  { primary = [], secondary = [] }: RowKeys,
  formOf: FormOf,
): ErrorDetail[] {
  const formless = [...primary, ...secondary].find(
    (text) => text.text !== '' && text.form in wantedForms && formOf(text) === '',
  );
  return formless ? [{ field: fields[0]!, message: `${fields[0]} ${wantedForms[formless.form]}` }] : [];
}
