import { booleanOf } from '../../../platform/tables/boolean-words';
import { looksLikeDate } from '../../../platform/tables/date-cells';
import { readInteger } from '../../../platform/tables/number-cells';
import { addressesIn, digitsIn, isAddress } from '../../../platform/tables/several-values';

/** What a cell looks like; it may look like several things. */
export const traits = [
  'address',
  'phone',
  'written_phone',
  'link',
  'linkedin',
  'host',
  'country',
  'country_code',
  'state_code',
  'post_code',
  'strict_post_code',
  'honorific',
  'boolean',
  'date',
  'number',
  'digits',
  'letters',
  'words',
  'full_name',
  'company',
  'long',
  'code',
  'account_role',
] as const;
export type Trait = (typeof traits)[number];

/** Longer texts are only texts. */
const maxLength = 120;
const long = 60;

const honorifics = new Set(
  'mr mrs ms miss mx dr prof sir madam mister herr frau hr fr dr. dipl.-ing mag dhr mw mevr mevrouw heer meneer m mme mlle monsieur madame sr sra srta señor señora don doña sig sig.ra signor signora pan pani herra rouva hr. fru frk fröken господин госпожа г-н г-жа 先生 女士 小姐 様'.split(
    ' ',
  ),
);
/** What a shop or a site calls its users. */
const accountRoles = new Set(
  'customer subscriber administrator admin member user guest shop_manager editor'.split(' '),
);
const companyForm =
  /(?:^|[\s,])(?:gmbh|ag|kg|ohg|ug|mbh|e\.?k|e\.?v|inc|ltd|llc|llp|plc|corp|corporation|company|co|limited|group|holding|holdings|bv|b\.v|nv|n\.v|vof|sa|s\.a|sas|sarl|s\.?à\.?r\.?l|srl|s\.r\.l|spa|s\.p\.a|sl|s\.l|lda|ltda|oy|oyj|ab|as|a\/s|aps|sp\. z o\.o|z o\.o|ооо|зао|оао|pty|pte|foundation|university|verlag|partners|solutions|technologies|systems|labs|studio|services|consulting)\.?(?=$|[\s,)])/iu;
const companyCharacters = /公司|集团|株式会社|有限会社|合同会社/;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const salesforceId = /^00[0-9a-zA-Z]{13}(?:[0-9a-zA-Z]{3})?$/;
const host = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+\p{L}{2,20}$/u;
const phoneCharacters = /^[\d\s()./\-–+]+(?:(?:x|ext|extension|#|durchwahl|dw)[\s.:]*\d{1,6})?$/i;
const strictPostCode =
  /^(?:\d{4} ?[A-Z]{2}|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]\d[A-Z] ?\d[A-Z]\d|\d{2}-\d{3}|〒?\d{3}-\d{4}|\d{5}-\d{4}|\d{5}-\d{3})$/;
const postCode = /^(?:[A-Z]{1,3}-)?(?:\d{3,6}|\d{3} \d{2})$/i;
const personsName =
  /^\p{Lu}[\p{L}\p{M}'’.-]*(?:,? (?:\p{Lu}[\p{L}\p{M}'’.-]*|van|von|de|der|den|da|di|la|le|el|bin|ten|ter|dos|do|y|e)){1,3}$/u;
const jobWord =
  /(?:^|[\s/])(?:manager|director|engineer|officer|head|lead|sales|marketing|consultant|developer|assistant|president|executive|analyst|specialist|coordinator|founder|owner|partner|accountant|designer|architect|leiter|leiterin|chef|directeur|directrice|ceo|cto|cfo|coo|vp)(?=$|[\s/,])/iu;

const stateCodes = new Set(
  'AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC AB BC MB NB NL NS NT NU ON PE QC SK YT NSW VIC QLD TAS ACT'.split(
    ' ',
  ),
);

let countries: { readonly names: ReadonlySet<string>; readonly codes: ReadonlySet<string> } | undefined;
const countryLanguages = 'en de fr es it pt nl pl sv da fi ru zh ja'.split(' ');
const moreCountries =
  'usa, united states of america, uk, england, scotland, wales, great britain, holland, czech republic, uae, russia, south korea, nederland, deutschland, brd'.split(
    ', ',
  );

/** The names that ICU has for countries, in the languages in which columns are known. */
function readCountries() {
  const names = new Set(moreCountries);
  const codes = new Set<string>();
  const english = new Intl.DisplayNames('en', { type: 'region' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  for (const one of letters)
    for (const other of letters) {
      const code = one + other;
      const name = english.of(code);
      if (name !== undefined && name !== code && !/^(?:X|ZZ|EU$|EZ$|UN$|QO$|A[AC]$|DG$|EA$|IC$|TA$|CP$)/.test(code))
        codes.add(code);
    }
  for (const language of countryLanguages) {
    const named = new Intl.DisplayNames(language, { type: 'region' });
    for (const code of codes) names.add(named.of(code)!.toLowerCase());
  }
  return { names, codes };
}

/** @param text trimmed and filled. @returns every trait of the cell. */
export function traitsOf(text: string): readonly Trait[] {
  if (text.length > maxLength)
    return text.includes('@') && isAddress(addressesIn(text)[0]!) ? ['address', 'long'] : ['long', 'letters', 'words'];
  const found: Trait[] = [];
  const add = (trait: Trait, is: boolean) => {
    if (is) found.push(trait);
  };
  const digits = digitsIn(text);
  const hasLetters = /\p{L}/u.test(text);
  add('letters', hasLetters);
  add('digits', digits > 0);
  add('long', text.length > long);
  add('words', /\S\s+\S/u.test(text));
  if (text.includes('@')) {
    add('address', isAddress(addressesIn(text)[0]!));
    return found;
  }
  add('boolean', booleanOf(text) !== undefined);
  if (hasLetters) addTextTraits(text, digits, add);
  if (digits > 0) addNumberTraits(text, digits, add);
  return found;
}

type Add = (trait: Trait, is: boolean) => void;

function addTextTraits(text: string, digits: number, add: Add): void {
  countries ??= readCountries();
  const lower = text.toLowerCase();
  const isLink = /^https?:\/\/\S+$/.test(lower) || /^www\.\S+$/.test(lower);
  add('link', isLink);
  add('linkedin', lower.includes('linkedin.com/'));
  add('host', !isLink && host.test(text.endsWith('/') ? text.slice(0, -1) : text));
  add('country', countries.names.has(lower) || countries.codes.has(text));
  add('country_code', countries.codes.has(text));
  add('state_code', stateCodes.has(text));
  add('honorific', honorifics.has(lower) || honorifics.has(lower.replace(/\.$/, '')));
  add('strict_post_code', digits > 1 && strictPostCode.test(text));
  add('account_role', accountRoles.has(lower));
  add('code', uuid.test(text) || salesforceId.test(text) || (digits > 2 && /^[A-Za-z0-9_:-]{12,}$/.test(text)));
  const isCompany = companyForm.test(text) || companyCharacters.test(text);
  add('company', isCompany);
  add('full_name', digits === 0 && !isCompany && personsName.test(text) && !jobWord.test(text));
}

function addNumberTraits(text: string, digits: number, add: Add): void {
  const isDate = digits >= 4 && looksLikeDate(text);
  add('date', isDate);
  const isNumber =
    !('fault' in readInteger(text)) ||
    /^\p{Sc}*[+-]?[\d.,'’]+(?:e[+-]?\d+)?[\p{Sc}%]*$/iu.test(text.replace(/\s/g, ''));
  add('number', isNumber);
  const isPhone = digits >= 6 && digits <= 20 && !isDate && phoneCharacters.test(text);
  add('phone', isPhone);
  add('written_phone', isPhone && /^(?:\+|00|0\d|\()|\d[\s)./-]+\d+[\s./-]\d/.test(text));
  add('post_code', text.length <= 10 && (postCode.test(text) || strictPostCode.test(text)));
  if (!/\p{L}/u.test(text)) add('strict_post_code', strictPostCode.test(text));
}
