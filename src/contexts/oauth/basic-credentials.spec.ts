import { basicCredentials } from './basic-credentials';

const basic = (text: string | Buffer) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('basicCredentials', () => {
  it.each([
    ['id:secret', { client_id: 'id', client_secret: 'secret' }],
    ['id:se:cret', { client_id: 'id', client_secret: 'se:cret' }],
    ['a%3Ab:c+d%25', { client_id: 'a:b', client_secret: 'c d%' }],
    [':', { client_id: '', client_secret: '' }],
    ['id:', { client_id: 'id', client_secret: '' }],
    ['ïd:%C3%BC', { client_id: 'ïd', client_secret: 'ü' }],
  ])('reads %j', (text, expected) => {
    expect(basicCredentials(basic(text))).toEqual(expected);
    expect(basicCredentials(basic(text).replace('Basic ', 'bAsIc  '))).toEqual(expected);
  });

  it.each([undefined, '', 'Bearer x', 'Basically', 'BasicaWQ6c2VjcmV0'])('%j is another scheme', (header) => {
    expect(basicCredentials(header)).toBeUndefined();
  });

  it.each([
    'Basic',
    'Basic ',
    'Basic ???',
    'Basic aWQ6c2VjcmV0 x',
    basic('no colon'),
    basic('id:%'),
    basic('id:%zz'),
    basic('id:a\nb'),
    basic('i\0d:a'),
    basic('id:%00'),
  ])('%j is malformed', (header) => expect(basicCredentials(header)).toBeNull());

  it('refuses what is not UTF-8', () => {
    expect(basicCredentials(basic(Buffer.from([0x69, 0x3a, 0xff])))).toBeNull();
    expect(basicCredentials(basic('id:%ff'))).toBeNull();
  });
});
