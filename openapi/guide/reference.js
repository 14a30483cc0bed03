// Swagger UI within the frame of the guide, without the parts that the guide has itself.
"use strict";

const place = document.getElementById("swagger-ui");
const nothing = () => () => null;

const plugin = {
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
  syntaxHighlight: { activated: false },
  tryItOutEnabled: true,
  supportedSubmitMethods: place.dataset.methods.split(" "),
  plugins: [plugin],
});
