import type { IssuingSettings } from "@billpost/db/invoices";

/** A seller in France that issues what the EU asks for. */
export const eu: IssuingSettings = {
  seller: {
    name: "Shop",
    address: { line1: "1 Rue de la Paix", postalCode: "75002", city: "Paris", countryCode: "FR" },
    vatId: "FR40303265045",
    email: null,
  },
  profile: "eu",
  timeZone: "UTC",
  invoiceSeries: { kind: "invoice", prefix: "INV", padding: 6, startNumber: 1, timeZone: "UTC" },
  deliveryAttempts: 12,
};
