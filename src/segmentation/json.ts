/** Reads values out of parsed JSON; a value of another type is a damaged file, and says which. */
export class JsonReader {
  readonly #value: unknown;
  readonly #path: string;

  constructor(value: unknown, path: string) {
    this.#value = value;
    this.#path = path;
  }

  /** @throws SyntaxError when the text is not JSON */
  static parse(text: string, path: string): JsonReader {
    return new JsonReader(JSON.parse(text), path);
  }

  get(key: string): JsonReader {
    return new JsonReader(this.#record()[key], `${this.#path}.${key}`);
  }

  keys(): string[] {
    return Object.keys(this.#record());
  }

  list(): JsonReader[] {
    if (!Array.isArray(this.#value)) throw this.#not('a list');
    return this.#value.map((item: unknown, index) => new JsonReader(item, `${this.#path}[${index}]`));
  }

  text(): string {
    if (typeof this.#value !== 'string') throw this.#not('a text');
    return this.#value;
  }

  number(): number {
    if (typeof this.#value !== 'number') throw this.#not('a number');
    return this.#value;
  }

  #record(): Record<string, unknown> {
    if (typeof this.#value !== 'object' || this.#value === null) throw this.#not('an object');
    return { ...this.#value };
  }

  #not(expected: string): SyntaxError {
    return new SyntaxError(`${this.#path} is not ${expected}`);
  }
}
