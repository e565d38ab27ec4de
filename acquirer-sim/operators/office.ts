export interface OperatorsView {
  tenants: Record<string, unknown>;
  history: readonly unknown[];
}
