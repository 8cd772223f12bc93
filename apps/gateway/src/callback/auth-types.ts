/** As the original names them. */
export const AUTH_TYPES = ['none', 'odoo', 'oauth', 'staticBearer'] as const;
