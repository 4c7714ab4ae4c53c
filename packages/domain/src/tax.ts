/** How a line is taxed (UNCL 5305: S, Z, E, AE). */
export type TaxCategory = "standard" | "zero" | "exempt" | "reverse_charge";

/** One row of the tax breakdown, EN 16931 BG-23. Amounts in minor units, the rate in parts per million. */
export interface TaxGroup {
  readonly category: TaxCategory;
  readonly ratePpm: number;
  readonly taxableMinor: number;
  readonly taxMinor: number;
  readonly exemptionReason: string | null;
}
