/** Where submissions are, as a caller describes it: the original's `odkconfig`. What is absent is undefined. */
export interface OdkConfig {
  /** With or without a scheme (https), a port, a path before the API. */
  readonly baseUrl?: string | undefined;
  /** Default `v1`. */
  readonly version?: string | undefined;
  readonly projectId?: string | undefined;
  readonly formId?: string | undefined;
  /** Instead of project and form: the address of the form's OData service, also with a query of its own. */
  readonly odataUrl?: string | undefined;
  readonly email?: string | undefined;
  readonly password?: string | undefined;
  /** Of the submission; included. A day, or a day with a time; UTC unless it names another offset. */
  readonly startDate?: string | undefined;
  /** As {@link startDate}; excluded. */
  readonly endDate?: string | undefined;
  /** PEM; trusted beside the authorities that everybody trusts. */
  readonly caPem?: string | undefined;
}
