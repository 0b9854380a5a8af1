/** One figure of a snapshot, such as the number of clients of a product or of one kind of secret. */
export interface UsageFigure {
  /** Empty where it is not of one product. */
  product: string;
  figure: string;
  /** Of what kind; empty where the figure is a total. */
  label: string;
  value: number;
}

/** A client of a product, as a licence counts it. */
export interface UsageClient {
  product: string;
  accessId: string;
  clientId: string;
  accessType: string;
  authMethodName: string;
  /** By how many it goes over its share; 0 where it does not. */
  exceeded: number;
}

/** What a vendor says of the usage of one account at one moment. */
export interface UsageSnapshot {
  source: string;
  vendor: string;
  account: string;
  /** Epoch milliseconds; when the vendor computed it. */
  updatedAt: number;
  /** Epoch milliseconds; when it came here. */
  seenAt: number;
  figures: readonly UsageFigure[];
  clients: readonly UsageClient[];
  /** The vendor's own answer as JSON text. */
  body: string;
}
