import { InvalidInputError } from '../../kernel/domain-error';
import { Text } from './fields';
import { readInput } from './input.pipe';
import { CustomFieldValues } from './record-fields';
import { commonErrors } from '../../kernel/domain-error';

const definition = { code: 'test.invalid', ...commonErrors.invalid_request };

class Input {
  @Text({ max: 5, required: true, description: 'A text.', example: 'x' })
  name!: string;

  @CustomFieldValues({ definition, description: 'Values.', example: {} })
  custom_fields?: object;
}

/** Whoever looks into it fails: what is inside may be a megabyte. */
const untouchable = (): object =>
  new Proxy(
    {},
    {
      ownKeys: () => {
        throw new Error('somebody looked inside');
      },
    },
  );

it('nobody looks into a value but the rules of its field', () => {
  expect(() => readInput(Input, { name: untouchable() }, 'body')).toThrow(InvalidInputError);
  const custom_fields = untouchable();
  expect(readInput(Input, { name: ' a ', custom_fields }, 'body').custom_fields).toBe(custom_fields);
});

it('values are handed on as they are, with the keys that every object has', () => {
  const custom_fields = JSON.parse('{"toString":"x","hasOwnProperty":null}') as object;
  const input = readInput(Input, { name: ' a ', custom_fields }, 'body');
  expect([input instanceof Input, { ...input }]).toEqual([true, { name: 'a', custom_fields }]);
});

it('what was left out is left out', () => {
  expect(Object.keys(readInput(Input, { name: 'a' }, 'body'))).toEqual(['name']);
});
