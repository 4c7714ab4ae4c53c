/** Which addresses may be written to, so that a copy of production never writes to customers. */
export interface RecipientRules {
  /** Addresses (`a@b.example`) and domains (`@b.example`) in lower case; empty: all. */
  readonly allowlist: readonly string[];
  readonly redirectTo: string | undefined;
}

/**
 * Where mail for `address` goes: to itself when it is listed, or when nothing restricts; else to the address
 * that stands in for all others; else nowhere. Asked immediately before each send.
 */
export const destinationFor = (address: string, rules: RecipientRules): string | undefined => {
  const { allowlist, redirectTo } = rules;
  const lower = address.toLowerCase();
  const domain = lower.slice(lower.lastIndexOf("@"));
  const listed = allowlist.includes(lower) || allowlist.includes(domain);
  if (listed) return address;
  if (redirectTo !== undefined) return redirectTo;
  return allowlist.length === 0 ? address : undefined;
};
