// Swagger UI within the frame of the guide, without the parts that the guide has itself.
"use strict";

const place = document.getElementById("swagger-ui");
const nothing = () => () => null;

/** A field of a form that is left empty is left out. */
function withoutEmptyFields(request) {
  if (request.body instanceof FormData) {
    for (const [name, value] of [...request.body]) if (value === "") request.body.delete(name);
  }
  return request;
}

/** Swagger UI sends a text that is a list in JSON as something else. Such fields of forms are empty at first. */
function withEmptyLists(document) {
  const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path));
  const forms = operations.map((operation) => operation.requestBody?.content?.["multipart/form-data"]?.schema?.properties ?? {});
  for (const field of forms.flatMap((form) => Object.values(form))) {
    if (field.example?.startsWith("[")) field.example = "";
  }
  return document;
}

const plugin = {
  statePlugins: {
    spec: { wrapActions: { updateJsonSpec: (update) => (document) => update(withEmptyLists(document)) } },
  },
  wrapComponents: {
    InfoContainer: nothing,
    SchemesContainer: nothing,
    ServersContainer: nothing,
    authorizeOperationBtn: nothing, // the browser's session goes along by itself
    // A link within a button cannot be reached by keyboard. The button does both.
    DeepLink: (_, { React }) => ({ text }) => React.createElement("span", null, text),
  },
};

SwaggerUIBundle({
  domNode: place,
  url: "/openapi.json",
  deepLinking: true,
  validatorUrl: null,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  requestInterceptor: withoutEmptyFields,
  syntaxHighlight: { activated: false },
  tryItOutEnabled: true,
  supportedSubmitMethods: place.dataset.methods.split(" "),
  plugins: [plugin],
});

/** Names what Swagger UI leaves without a name, and lets the keyboard reach what scrolls. */
function name() {
  for (const select of place.querySelectorAll("select:not([aria-label])")) {
    const parameter = select.closest("[data-param-name]")?.dataset.paramName;
    const field = select.closest("tr")?.querySelector(".parameter__name")?.textContent;
    select.setAttribute("aria-label", parameter ?? field ?? "Choose");
  }
  for (const input of place.querySelectorAll(":is(input, textarea):not([aria-label])")) {
    const field = input.closest("tr")?.querySelector(".parameter__name")?.textContent;
    input.setAttribute("aria-label", input.closest("[data-param-name]")?.dataset.paramName ?? field ?? "Body");
  }
  for (const button of place.querySelectorAll(".copy-to-clipboard button:not([aria-label])")) button.setAttribute("aria-label", "Copy");
  for (const code of place.querySelectorAll(":is(pre, .example, .microlight):not([tabindex])")) code.tabIndex = 0;
}
new MutationObserver(name).observe(place, { childList: true, subtree: true });
