/** A postal address. `countryCode` is ISO 3166-1 alpha-2 in capitals; the other parts are free text. */
export interface Address {
  readonly line1: string;
  readonly line2?: string | undefined;
  readonly postalCode?: string | undefined;
  readonly city: string;
  readonly region?: string | undefined;
  readonly countryCode: string;
}
