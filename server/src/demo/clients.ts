/** The programs that ask, named as Infisical derives them from the user agent. */
export interface Client {
  readonly userAgent: string;
  readonly userAgentType: string;
}

const client = (userAgent: string, userAgentType = 'other'): Client => ({
  userAgent,
  userAgentType,
});

export const clients = {
  cli: client('cli', 'cli'),
  operator: client('k8-operator/v0.10.3', 'k8-operator'),
  terraform: client('terraform', 'terraform'),
  node: client('InfisicalNodeSDK', 'InfisicalNodeSDK'),
  python: client('InfisicalPythonSDK', 'InfisicalPythonSDK'),
  go: client('Go-http-client/2.0'),
  curl: client('curl/8.11.1'),
  php: client('GuzzleHttp/6.5'),
  ansible: client('ansible-httpget'),
};
