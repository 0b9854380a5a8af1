// The Grafana side of Secret Insights: a bridge that forwards to the server and knows nothing else.
package main

import (
	"os"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/datasource"

	"github.com/secret-insights/secret-insights/plugin/pkg/plugin"
)

func main() {
	err := datasource.Manage("secret-insights-datasource", plugin.New, datasource.ManageOpts{})
	if err != nil {
		backend.Logger.Error("The plugin ended with an error", "error", err)
		os.Exit(1)
	}
}
