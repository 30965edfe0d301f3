import { describe, expect, it } from 'vitest';
import { decode, encode, type DbusValue } from '../../../src/adapters/dbus/wire.js';

describe('values of D-Bus', () => {
  it.each<[string, DbusValue[], string]>([
    ['y', [7], '07'],
    ['u', [0x80000001], '01000080'],
    ['yu', [1, 2], '01 000000 02000000'],
    ['s', ['ä'], '02000000 c3a4 00'],
    ['g', ['a{ss}'], '05 617b73737d 00'],
    ['v', [{ type: 'o', value: '/a' }], '01 6f 00 00 02000000 2f61 00'],
    ['ay', [Buffer.from([1, 2])], '02000000 0102'],
    ['as', [['a', 'b']], '0e000000 01000000 61 00 0000 01000000 62 00'],
    ['a(yy)', [[[1, 2]]], '02000000 00000000 01 02'],
    ['a{ss}', [[['k', 'v']]], '0e000000 00000000 01000000 6b 00 0000 01000000 76 00'],
  ])('of the type %s are encoded and decoded', (types, values, hex) => {
    const bytes = Buffer.from(hex.replaceAll(' ', ''), 'hex');
    expect(encode(types, values).toString('hex')).toBe(bytes.toString('hex'));
    expect(decode(types, bytes)).toEqual(values);
  });

  it.each([
    ['that end too early', 's', '05000000 61'],
    ['of a type that is not read here', 'd', '0000000000000000'],
    ['of no values, in a list,', 'v', '03 612829 00 000000 08000000 00000000 0000000000000000'],
  ])('%s are refused', (_, types, hex) => {
    expect(() => decode(types, Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toThrow(/type|early/u);
  });
});
