/**
 * Words that no definition may use, with the reasons. The tool's commands and options aren't here:
 * the caller of the check takes them from the table that the tool itself reads.
 */

/** Windows treats files with these names as devices, whatever their extension. */
export const DEVICES = ['con', 'prn', 'aux', 'nul'].concat(
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].flatMap((number) => [`com${number}`, `lpt${number}`]),
);

/** The placeholders that the tool fills in texts. */
export const TEXT_NAMES = [
  'host',
  'provider',
  'status',
  'name',
  'detail',
  'other',
  'missing',
  'grants',
  'wait',
];

/** Placeholders of some texts only, and the properties of every JavaScript object. */
const OTHER_NAMES = new Set([...TEXT_NAMES, 'label', 'names', 'backend', 'proxyVariable']);

export function isTakenFieldId(id: string): boolean {
  return OTHER_NAMES.has(id) || id in Object.prototype;
}

function words(list: string): string[] {
  return list.trim().split(/\s+/u);
}

/**
 * First words of variables that programs obey: shells, loaders, interpreters, build tools, command
 * lines. Such a program does what its variable says, and `exec` would set it for its child.
 */
const OBEYED = words(`
  LD DYLD GIT BASH ENV PYTHON PERL PERL5 RUBY JAVA JDK MAVEN GRADLE DOTNET ELECTRON SYSTEM GCONV
  GLIBC MALLOC OPENSSL SSL CURL REQUESTS PIP UV CARGO RUST RUSTUP GO YARN PNPM BUN DENO VITE TS
  DEBUG LESS PAGER EDITOR VISUAL TERM COLOR FORCE LUA PHP ANSIBLE TF KUBE SUDO DBUS ALL COR CORECLR
  COMPLUS BUNDLE GEM MAKE PROMPT BAO NPM NODE PATH SSH GPG GNUPG CI HTTP HTTPS FTP NO LC XDG CONNECT
  VAULT CONSUL NOMAD ZSH FISH TMUX SHELL USER HOME TMP TEMP WGET RSYNC NIX CONDA VIRTUAL POETRY
  PIPENV PYENV RBENV NVM VOLTA COREPACK ANT CATALINA JVM SBT ERL MIX CMAKE CC CXX CCACHE SCCACHE
  MSBUILD NUGET POWERSHELL WINDOWS MSYS MSYS2 CYGWIN PODMAN CONTAINER BUILDKIT BUILDAH COMPOSE HELM
  VAGRANT PACKER DISPLAY WAYLAND QT GTK GDK GST GIO VK CUDA TNS MYSQL POSTGRES DATABASE DB JDBC ODBC
  KAFKA RABBITMQ
  RUSTC RUSTDOC GCC CLANG CGO CPLUS COMPILER LIBRARY PKG SWIFT BAZEL JULIA JRUBY ELIXIR HADOOP SPARK
  DJANGO FLASK GUNICORN PYTEST COVERAGE IPYTHON JUPYTER SVN CVS HG MISE ASDF DIRENV TERRAGRUNT TOFU
  PSQL FZF RIPGREP VIM NVIM EMACS SYSTEMD RCLONE RESTIC BORG BROWSER CHROME PUPPETEER PLAYWRIGHT WINE
  WSL KRB5 LDAP SASL NSS OBJC LIBGL MESA
`);

/** Variables of other programs. Only the vendor's own hosts may get such a name. */
const VENDORS: Readonly<Record<string, readonly string[]>> = {
  ANTHROPIC: ['anthropic.com'],
  ARM: ['azure.com', 'microsoftonline.com'],
  AWS: ['amazonaws.com'],
  AZURE: ['azure.com', 'microsoftonline.com'],
  BITBUCKET: ['bitbucket.org'],
  CIRCLECI: ['circleci.com'],
  CF: ['cloudflare.com'],
  CLOUDFLARE: ['cloudflare.com'],
  CLOUDSDK: ['googleapis.com', 'google.com'],
  DATADOG: ['datadoghq.com', 'datadoghq.eu', 'ddog-gov.com'],
  DD: ['datadoghq.com', 'datadoghq.eu', 'ddog-gov.com'],
  DIGITALOCEAN: ['digitalocean.com'],
  DOCKER: ['docker.com'],
  ELASTIC: ['elastic.co', 'elastic-cloud.com'],
  GH: ['github.com'],
  GITHUB: ['github.com'],
  GITLAB: ['gitlab.com'],
  GOOGLE: ['googleapis.com', 'google.com'],
  HEROKU: ['heroku.com'],
  MONGODB: ['mongodb.com'],
  NETLIFY: ['netlify.com'],
  OPENAI: ['openai.com'],
  ORACLE: ['oracle.com', 'oraclecloud.com'],
  PULUMI: ['pulumi.com'],
  REDIS: ['redis.com', 'redislabs.com'],
  SENDGRID: ['sendgrid.com'],
  SENTRY: ['sentry.io'],
  STRIPE: ['stripe.com'],
  TERRAFORM: ['terraform.io'],
  TWILIO: ['twilio.com'],
  VERCEL: ['vercel.com'],
};

/**
 * The domains whose hosts may have variables that begin with `word`; undefined if all may.
 *
 * @param builtIns the domains of the built-in providers, by the first word of their variables.
 */
export function ownerOf(
  word: string,
  builtIns: Readonly<Record<string, readonly string[]>>,
): readonly string[] | undefined {
  if (Object.hasOwn(builtIns, word)) return builtIns[word];
  if (Object.hasOwn(VENDORS, word)) return VENDORS[word];
  return OBEYED.includes(word) ? [] : undefined;
}

/** No provider may have this id, because its variables would be ones that programs obey. */
export function isObeyedWord(id: string): boolean {
  return OBEYED.includes(firstWord(id));
}

/** The first word of a provider's variables. */
export function firstWord(id: string): string {
  return (id.split('-', 1)[0] ?? '').toUpperCase();
}
