/**
 * The page at `/docs`: Swagger UI from its package, and no more of our own than it needs. Nothing
 * is fetched from elsewhere, and the page may not try: its policy allows this host alone.
 */

export const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Breakwater gateway API</title>
<link rel="icon" type="image/png" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/explorer.css">
<script src="/docs/theme.js"></script>
</head>
<body>
<header><h1>Breakwater gateway API</h1><p><a href="/openapi.json">openapi.json</a></p></header>
<div id="explorer"></div>
<noscript><p>The explorer needs scripts; the document itself is at <a href="/openapi.json">/openapi.json</a>.</p></noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/explorer.js"></script>
</body>
</html>
`;

/** Swagger UI has a dark dress that is put on by a class; the system says which one is wanted. */
export const themeScript = `const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', dress);
dress();
`;

export const explorerScript = `window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#explorer',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Our heading is the one of the page, so Swagger UI's own title is not shown a second time. */
export const explorerStyle = `body { margin: 0; font-family: system-ui, sans-serif; background: #fff; color: #1b2733; }
header { max-width: 1460px; margin: 0 auto; padding: 24px 20px 0; box-sizing: border-box; }
header h1 { margin: 0; font-size: 28px; line-height: 1.25; }
header p { margin: 4px 0 0; }
header a { color: #0b5cad; }
.swagger-ui .info { margin: 12px 0 20px; }
.swagger-ui .info hgroup.main { display: none; }
.swagger-ui .wrapper { padding: 0 20px; box-sizing: border-box; }
.swagger-ui .info a, .swagger-ui .info .link { color: #0b5cad; }
.swagger-ui .btn.authorize { color: #12693b; border-color: #12693b; } .swagger-ui .btn.authorize svg { fill: #12693b; }
.swagger-ui .opblock.opblock-post .opblock-summary-method { background: #12693b; }
.swagger-ui .opblock.opblock-get .opblock-summary-method { background: #1b5793; }
.swagger-ui .opblock.opblock-put .opblock-summary-method { background: #8a4b00; }
.swagger-ui .opblock.opblock-delete .opblock-summary-method { background: #a81524; }
.swagger-ui .opblock-summary-path a.nostyle { display: inline-block; min-height: 24px; line-height: 24px; }
html.dark-mode .swagger-ui .info a, html.dark-mode .swagger-ui .info .link { color: #8ec5ff; }
html.dark-mode .swagger-ui .btn.authorize { color: #7bd6a2; border-color: #7bd6a2; } html.dark-mode .swagger-ui .btn.authorize svg { fill: #7bd6a2; }
html.dark-mode body { background: #1c2022; color: #e4e6e6; }
html.dark-mode header a { color: #8ec5ff; }
@media (max-width: 640px) {
  .swagger-ui .wrapper, header { padding-left: 12px; padding-right: 12px; }
  .swagger-ui .opblock .opblock-summary { flex-wrap: wrap; }
  .swagger-ui .opblock .opblock-summary-description { flex-basis: 100%; padding: 4px 8px 0; }
  .swagger-ui .opblock .opblock-summary-path { max-width: 100%; word-break: break-word; }
  .swagger-ui .opblock-section-header { flex-wrap: wrap; }
  .swagger-ui table.responses-table, .swagger-ui table.parameters { display: block; overflow-x: auto; }
  .swagger-ui .scheme-container .schemes { flex-wrap: wrap; }
}
`;
