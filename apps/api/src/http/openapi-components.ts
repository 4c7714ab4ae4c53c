type Json = null | boolean | number | string | Json[] | JsonObject;
interface JsonObject {
  [member: string]: Json;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Moves each schema that has a title to `components`, under its title, and puts a reference in its place: said
 * once, where it would stand a hundred times. Two different schemas of one title are a mistake, and thrown.
 */
export const shareSchemas = (document: JsonObject): JsonObject => {
  const schemas: JsonObject = {};
  const texts = new Map<string, string>();

  const share = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(share);
    if (!isObject(value)) return value;
    const shared = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, share(member)]));
    if (shared["in"] === "header" && typeof shared["name"] === "string")
      shared["name"] = canonicalHeader(shared["name"]);
    const { title } = shared;
    if (typeof title !== "string" || !isSchema(shared)) return shared;
    const text = JSON.stringify(shared);
    if ((texts.get(title) ?? text) !== text) throw new Error(`two schemas have the title ${title}`);
    texts.set(title, text);
    schemas[title] = shared;
    return { $ref: `#/components/schemas/${title}` };
  };

  const paths = share(document["paths"] ?? {});
  const components = isObject(document["components"]) ? document["components"] : {};
  return { ...document, paths, components: { ...components, schemas } };
};

/** Validation needs header names in lower case; people read `Idempotency-Key`. */
const canonicalHeader = (name: string): string =>
  name
    .split("-")
    .map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`)
    .join("-");

/** A field may be called `title` too; then it is a schema itself, not a text. */
const isSchema = (value: JsonObject): boolean => "type" in value || "allOf" in value || "anyOf" in value;
