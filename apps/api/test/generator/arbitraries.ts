import fc, { type Arbitrary } from "fast-check";

/** JSON Schema as far as the API's document uses it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minProperties?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
}

/** What has broken other programs. */
export const hostileTexts = [
  "",
  " ",
  "\0",
  "a\0b",
  "\r\nBcc: evil@example.com",
  "\ud800",
  "{{constructor}}<img src=x onerror=alert(1)>",
  "'; drop table orders; --",
  "../../etc/passwd",
  "%00",
  "=1+1",
  "\u202Egnp.exe",
  "𝒳".repeat(50),
  "x".repeat(5_000),
  "1e999",
  "NaN",
  "-0",
  "null",
  "__proto__",
] as const;

const hostileValues = [
  ...hostileTexts,
  null,
  true,
  false,
  0,
  -1,
  1.5,
  -0.001,
  19.999,
  2 ** 31,
  2 ** 53,
  -(2 ** 63),
  1e300,
  5e-324,
  [],
  [[]],
  {},
  { toString: 1 },
] as const;

export const hostile: Arbitrary<unknown> = fc.oneof(fc.constantFrom(...hostileValues), fc.jsonValue());

type Resolve = (schema: Schema) => Schema;

/** Values that a schema allows. Ids are small, so that many of them exist. */
export const valid = (given: Schema, resolve: Resolve): Arbitrary<unknown> => {
  const schema = resolve(given);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((part) => valid(part, resolve)));
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type: string) => valid({ ...schema, type }, resolve)));
  switch (schema.type) {
    case "null":
      return fc.constant(null);
    case "boolean":
      return fc.boolean();
    case "integer":
      return integer(schema);
    case "number":
      return number(schema);
    case "string":
      return text(schema);
    case "array":
      return array(schema, resolve);
    case "object":
      return object(schema, resolve);
    case undefined:
    default:
      return fc.jsonValue();
  }
};

const array = ({ items = {}, minItems = 0, maxItems = 4, uniqueItems }: Schema, resolve: Resolve) => {
  const length = { minLength: minItems, maxLength: Math.max(minItems, Math.min(maxItems, 4)) };
  const item = valid(items, resolve);
  return uniqueItems ? fc.uniqueArray(item, length) : fc.array(item, length);
};

const integer = ({ minimum = -1_000, maximum = 1_000 }: Schema): Arbitrary<number> => {
  const low = Math.max(minimum, -2);
  return fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: low, max: Math.min(maximum, Math.max(low, low + 6)) }) },
    { weight: 1, arbitrary: fc.integer({ min: minimum, max: maximum }) },
    { weight: 1, arbitrary: fc.constantFrom(minimum, maximum) },
  );
};

const number = (schema: Schema): Arbitrary<number> => {
  const min = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const max = schema.maximum ?? schema.exclusiveMaximum ?? 1_000;
  const inside = (value: number) =>
    value >= min &&
    value <= max &&
    (schema.exclusiveMinimum === undefined || value > schema.exclusiveMinimum) &&
    (schema.exclusiveMaximum === undefined || value < schema.exclusiveMaximum);
  const cents = (most: number) =>
    fc
      .integer({ min: Math.ceil(min * 100), max: Math.floor(most * 100) })
      .map((value) => value / 100)
      .filter(inside);
  return fc.oneof(
    { weight: 10, arbitrary: cents(Math.min(max, Math.max(min, 0) + 100)) },
    { weight: 1, arbitrary: cents(max) },
    { weight: 1, arbitrary: fc.double({ min, max, noNaN: true }).filter(inside) },
  );
};

const text = ({
  pattern,
  format,
  minLength = 0,
  maxLength = 200,
  examples = [],
}: Schema): Arbitrary<string> => {
  const matches =
    pattern === undefined ? () => true : (value: string) => new RegExp(pattern, "u").test(value);
  const fits = (value: string) => {
    const { length } = Array.from(value);
    return length >= minLength && length <= maxLength && matches(value);
  };
  const candidates = [
    ...examples.filter((example) => typeof example === "string"),
    ...hostileTexts,
    "2026-01-15T10:30:00Z",
    "2026-01-15",
    "2026-01",
    "aA1",
    "abcDEF123_-",
  ].filter(fits);
  if (format === "date-time")
    return fc
      .date({
        min: new Date("0001-01-02T00:00:00Z"),
        max: new Date("9999-12-30T00:00:00Z"),
        noInvalidDate: true,
      })
      .map((date) => date.toISOString());
  if (format !== undefined) return fc.constantFrom(...candidates, "2026-01-15");
  const random = fc.string({
    unit: "grapheme",
    minLength,
    maxLength: Math.min(maxLength, Math.max(minLength, 30)),
  });
  const probably = fc.sample(random, { numRuns: 40, seed: 1 }).filter(fits).length > 10;
  if (candidates.length === 0 && !probably)
    throw new Error(`no text for the pattern ${pattern}; give an example`);
  const [first = "", ...more] = candidates;
  const known = fc.constantFrom(first, ...more);
  if (!probably) return known;
  return candidates.length === 0 ? random.filter(fits) : fc.oneof(known, random.filter(fits));
};

const object = (schema: Schema, resolve: Resolve): Arbitrary<unknown> => {
  const properties = Object.entries(schema.properties ?? {});
  const members = Object.fromEntries(properties.map(([name, property]) => [name, valid(property, resolve)]));
  const required = [...(schema.required ?? [])];
  const whole = fc.record(members, { requiredKeys: required });
  // The fewer optional members, the fewer of them contradict each other.
  const bare = fc.record(Object.fromEntries(required.map((name) => [name, members[name] ?? fc.jsonValue()])));
  const enough = fc
    .oneof(whole, bare)
    .filter((value) => Object.keys(value).length >= (schema.minProperties ?? 0));
  if (!schema.examples) return enough;
  return fc.oneof(
    { weight: 1, arbitrary: fc.constantFrom(...schema.examples) },
    { weight: 3, arbitrary: enough },
  );
};

/** A value with one place in it made wrong, or something else altogether. */
export const spoilt = (value: unknown): Arbitrary<unknown> => {
  const places = placesOf(value);
  return fc.oneof(
    { weight: 1, arbitrary: hostile },
    {
      weight: 6,
      arbitrary: fc
        .record({
          place: fc.constantFrom(...places),
          wrong: hostile,
          how: fc.constantFrom("replace", "remove", "add"),
        })
        .map(({ place, wrong, how }) => spoil(structuredClone(value), place, how, wrong)),
    },
  );
};

type Place = readonly (string | number)[];

const placesOf = (value: unknown, path: Place = []): Place[] =>
  typeof value === "object" && value !== null
    ? [path, ...Object.entries(value).flatMap(([name, member]) => placesOf(member, [...path, name]))]
    : [path];

const spoil = (value: unknown, place: Place, how: string, wrong: unknown): unknown => {
  if (place.length === 0) {
    if (how === "add" && typeof value === "object" && value !== null && !Array.isArray(value))
      return { ...value, surprise: wrong };
    return wrong;
  }
  const [name = "", ...rest] = place;
  const parent = value as Record<string | number, unknown>;
  if (rest.length > 0) parent[name] = spoil(parent[name], rest, how, wrong);
  else if (how === "remove") delete parent[name];
  else if (how === "add") Object.assign(parent, { surprise: wrong });
  else parent[name] = wrong;
  return value;
};
