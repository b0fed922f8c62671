// Large values for every place of a request, as JSON. The tests and `npm run bench -- bodies` send the same ones.

const maxBodyBytes = 1024 * 1024;
const uuidOf = (index) => `0190a6c0-5b1e-7c3a-9f41-${index.toString(16).padStart(12, '0')}`;

/** Repeats as often as asked, but only as often as the result fits into a body beside a few hundred other bytes. */
function repeated(count, open, close, itemOf, room = maxBodyBytes - 1_024) {
  const items = [];
  let length = open.length + close.length;
  for (let index = 0; index < count; index++) {
    const item = itemOf(index);
    length += Buffer.byteLength(item) + 1;
    if (length > room) break;
    items.push(item);
  }
  return `${open}${items.join(',')}${close}`;
}

const keys = (count, room) => repeated(count, '{', '}', (index) => `"k${index}":${index % 10}`, room);

/** Objects and lists of so many values, by the name of their shape. */
const shapes = {
  keys,
  'keys that are ids': (count) => repeated(count, '{', '}', (index) => `"${uuidOf(index)}":"x"`),
  'keys that are nearly right': (count) => repeated(count, '{', '}', (index) => `"first_nam${index}":"x"`),
  'keys that need escapes': (count) => repeated(count, '{', '}', (index) => `"\\u0001\\n\\"${index}":"x"`),
  'keys of conditions': (count) => repeated(count / 2, '{', '}', (index) => `"${uuidOf(index)}":{"gte":1,"lte":2}`),
  'keys over empty objects': (count) => repeated(count, '{', '}', (index) => `"k${index}":{}`),
  'keys in keys': (count) => `{"a":`.repeat(25) + keys(count, maxBodyBytes - 1_500) + '}'.repeat(25),
  'a long key over many': (count) => `{"${'k'.repeat(780_000)}":${keys(count, 200_000)}}`,
  'long keys over many': (count) =>
    repeated(10, '{', '}', (index) => `"${index}${'k'.repeat(50_000)}":${keys(count / 10, 40_000)}`),
  numbers: (count) => repeated(count, '[', ']', String),
  'equal texts': (count) => repeated(count, '[', ']', () => '"vip"'),
  'different texts': (count) => repeated(count, '[', ']', (index) => `" t${index} "`),
  ids: (count) => repeated(count, '[', ']', (index) => `"${uuidOf(index)}"`),
  'long texts': (count) => repeated(Math.min(count, 10), '[', ']', (index) => `"${index}${'x'.repeat(90_000)}"`),
  'empty objects': (count) => repeated(count, '[', ']', () => '{}'),
  'objects of different keys': (count) => repeated(count, '[', ']', (index) => `{"k${index}":1}`),
  'lists in lists': (count) => repeated(count / 20, '[', ']', () => '['.repeat(20) + ']'.repeat(20)),
};

/** Values that are large without having many parts. */
const lumps = {
  'one long key': `{"${'k'.repeat(1_000_000)}":1}`,
  'one long text': `"${'x'.repeat(1_000_000)}"`,
  'a long text of blanks': `"${' '.repeat(1_000_000)}"`,
  'a long text of escapes': `"${'\\u00e9'.repeat(170_000)}"`,
  'a long text of surrogate pairs': `"${'🌊'.repeat(250_000)}"`,
  'a number of many digits': '9'.repeat(1_000_000),
};

module.exports = { shapes, lumps, maxBodyBytes, uuidOf };
