/**
 * The values of D-Bus as bytes, as far as reading secrets needs them. A type is written as in the
 * specification: `a{ss}` is a list of pairs of texts.
 *
 * @see https://dbus.freedesktop.org/doc/dbus-specification.html#type-system
 */
export type DbusValue = string | number | Uint8Array | Variant | readonly DbusValue[];

/** A value with its type. */
export interface Variant {
  readonly type: string;
  readonly value: DbusValue;
}

/** Where a value of a type may begin. Others begin anywhere. */
const ALIGNMENTS: Readonly<Record<string, number>> = { u: 4, s: 4, o: 4, a: 4, '(': 8, '{': 8 };

function alignmentOf(type: string): number {
  return ALIGNMENTS[type.charAt(0)] ?? 1;
}

/** `oa{ss}` is `o` and `a{ss}`. */
function split(types: string): string[] {
  return types.match(/a*(?:\([^)]*\)|\{[^}]*\}|.)/gu) ?? [];
}

/** Encodes values, each of one of `types`. */
export function encode(types: string, values: readonly DbusValue[]): Buffer {
  const writer = new Writer();
  writer.writeAll(types, values);
  return writer.bytes;
}

class Writer {
  readonly #bytes: number[] = [];

  get bytes(): Buffer {
    return Buffer.from(this.#bytes);
  }

  writeAll(types: string, values: readonly DbusValue[]): void {
    for (const [index, type] of split(types).entries()) this.#write(type, values[index]);
  }

  #write(type: string, value: DbusValue | undefined): void {
    this.#align(alignmentOf(type));
    if (type === 'y') this.#bytes.push(value as number);
    else if (type === 'u') this.#writeNumber(value as number);
    else if (type === 's' || type === 'o') this.#writeText(value as string);
    else if (type === 'g') this.#writeType(value as string);
    else if (type === 'v') this.#writeVariant(value as Variant);
    else if (type.startsWith('a')) this.#writeList(type.slice(1), value as readonly DbusValue[]);
    else this.writeAll(type.slice(1, -1), value as readonly DbusValue[]);
  }

  #writeNumber(value: number, at = this.#bytes.length): void {
    const bytes = [value, value >>> 8, value >>> 16, value >>> 24].map((byte) => byte & 0xff);
    this.#bytes.splice(at, bytes.length, ...bytes);
  }

  #writeText(text: string): void {
    const bytes = Buffer.from(text);
    this.#writeNumber(bytes.length);
    this.#bytes.push(...bytes, 0);
  }

  #writeType(type: string): void {
    this.#bytes.push(type.length, ...Buffer.from(type), 0);
  }

  #writeVariant({ type, value }: Variant): void {
    this.#writeType(type);
    this.#write(type, value);
  }

  #writeList(type: string, values: Iterable<DbusValue>): void {
    const at = this.#bytes.length;
    this.#writeNumber(0);
    this.#align(alignmentOf(type));
    const start = this.#bytes.length;
    for (const value of values) this.#write(type, value);
    this.#writeNumber(this.#bytes.length - start, at);
  }

  #align(alignment: number): void {
    while (this.#bytes.length % alignment !== 0) this.#bytes.push(0);
  }
}

/**
 * Decodes values of `types`. A list of bytes becomes a `Buffer`.
 *
 * @throws {Error} they have another type, or end too early.
 */
export function decode(types: string, bytes: Buffer): DbusValue[] {
  return new Reader(bytes).readAll(types);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  readAll(types: string): DbusValue[] {
    return split(types).map((type) => this.#read(type));
  }

  #read(type: string): DbusValue {
    this.#align(alignmentOf(type));
    if (type === 'y') return this.#take(1).readUInt8();
    if (type === 'u') return this.#readNumber();
    if (type === 's' || type === 'o') return this.#readText(this.#readNumber());
    if (type === 'g') return this.#readText(this.#take(1).readUInt8());
    if (type === 'v') return this.#readVariant();
    if (type.startsWith('a')) return this.#readList(type.slice(1));
    // A list of nothing would never end.
    if (/^[({][^)}]/u.test(type)) return this.readAll(type.slice(1, -1));
    throw new Error(`a value of the type ${type}`);
  }

  #readNumber(): number {
    return this.#take(4).readUInt32LE();
  }

  #readText(length: number): string {
    const text = this.#take(length).toString();
    this.#take(1);
    return text;
  }

  #readVariant(): Variant {
    const type = this.#readText(this.#take(1).readUInt8());
    return { type, value: this.#read(type) };
  }

  #readList(type: string): DbusValue {
    const length = this.#readNumber();
    this.#align(alignmentOf(type));
    if (type === 'y') return this.#take(length);
    const values: DbusValue[] = [];
    const end = this.#at + length;
    while (this.#at < end) values.push(this.#read(type));
    return values;
  }

  #take(length: number): Buffer {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    if (taken.length < length) throw new Error('a message that ends too early');
    this.#at += length;
    return taken;
  }

  #align(alignment: number): void {
    this.#at = Math.ceil(this.#at / alignment) * alignment;
  }
}
