import { activityRecord } from '../../src/contexts/activities/activity.record';
import { companyRecord } from '../../src/contexts/companies/company.record';
import { contactRecord } from '../../src/contexts/contacts/contact.record';
import { projectRecord } from '../../src/contexts/projects/project.record';
import { fieldsOf } from '../../src/platform/fields/field-readers';
import { tryInput } from '../../src/platform/fields/input.pipe';
import { hostileValues } from '../support/hostile-values';

const inputs = [contactRecord, companyRecord, projectRecord, activityRecord].flatMap((record) =>
  Object.values(record.inputs),
);

it.each(inputs.map((input) => [input.name, input] as const))(
  '%s: the code of a refusal is that of its explanation',
  (_, input) => {
    const refused = fieldsOf(input).flatMap((field) =>
      hostileValues.flatMap((text) => {
        const body = `{${JSON.stringify(field)}:${text}}`;
        const read = tryInput(input as new () => object, JSON.parse(body), 'body');
        return 'input' in read ? [] : [[body, read.definition?.code, read.explain().definition?.code]];
      }),
    );
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.filter(([, code, explained]) => code !== explained)).toEqual([]);
  },
);
