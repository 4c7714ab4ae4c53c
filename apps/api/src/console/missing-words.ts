const words: Readonly<Record<string, string>> = {
  lines: "lines",
  "billingDetails.name": "the buyer's name",
  "billingDetails.address": "the buyer's address",
  "billingDetails.vatId": "the buyer's VAT id",
  "seller.name": "the seller's name (BUSINESS_NAME)",
  "seller.address": "the seller's address (SELLER_…)",
  "seller.vatId": "the seller's VAT id (SELLER_VAT_ID)",
};

/** What an invoice lacks, in words; a setting of the seller's is named, since no form here completes it. */
export const missingWords = (missing: readonly string[]): readonly string[] =>
  missing.map((path) => words[path] ?? path.replaceAll(".", " "));
