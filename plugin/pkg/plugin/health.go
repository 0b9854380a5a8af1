package plugin

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

type catalogue struct {
	Version  string            `json:"version"`
	Insights []json.RawMessage `json:"insights"`
}

// CheckHealth answers "Save & test": can the server be reached, does it accept the token for
// Grafana's users, and do its version and the plugin's belong together?
func (d *Datasource) CheckHealth(
	ctx context.Context,
	request *backend.CheckHealthRequest,
) (*backend.CheckHealthResult, error) {
	found, err := d.reachCatalogue(ctx, identityOf(request.PluginContext))
	if err != nil {
		return unhealthy(err.Error()), nil
	}
	own := request.PluginContext.PluginVersion
	if own != "" && minor(own) != minor(found.Version) {
		return unhealthy(fmt.Sprintf("The server is version %s and this plugin is version %s: install "+
			"the two from the same release.", found.Version, own)), nil
	}
	return &backend.CheckHealthResult{
		Status: backend.HealthStatusOk,
		Message: fmt.Sprintf("Connected to Secret Insights %s with %d insights.",
			found.Version, len(found.Insights)),
	}, nil
}

func (d *Datasource) reachCatalogue(ctx context.Context, who identity) (*catalogue, error) {
	health, err := d.get(ctx, "/healthz", who)
	if err != nil {
		return nil, err
	}
	if health.status != http.StatusOK {
		return nil, d.server.refusal(health)
	}
	answer, err := d.get(ctx, "/api/v1/insights", who)
	if err != nil {
		return nil, err
	}
	refusal := d.server.refusal(answer)
	switch answer.status {
	case http.StatusOK:
		var found catalogue
		if json.Unmarshal(answer.body, &found) != nil || found.Version == "" {
			return nil, refusal
		}
		return &found, nil
	case http.StatusUnauthorized:
		return nil, &failure{
			status:   answer.status,
			sentence: "The server does not know this token, or it has expired: " + makeToken + ".",
		}
	// A token that may not speak for Grafana gets 400, because the identity headers are then refused.
	case http.StatusBadRequest, http.StatusForbidden:
		return nil, &failure{
			status: answer.status,
			sentence: fmt.Sprintf("The token has too few rights (%s) A data source needs at least "+
				"`insights` and `speaks-for-grafana`: %s.", refusal.sentence, makeToken),
		}
	default:
		return nil, refusal
	}
}

func (d *Datasource) get(ctx context.Context, path string, who identity) (*answer, error) {
	return d.server.do(ctx, call{
		method:   http.MethodGet,
		path:     path,
		accept:   "application/json",
		identity: who,
	})
}

func unhealthy(message string) *backend.CheckHealthResult {
	return &backend.CheckHealthResult{Status: backend.HealthStatusError, Message: message}
}

// minor is the part of a version that has to agree: 1.2 of 1.2.3-beta.
func minor(version string) string {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 {
		return version
	}
	return parts[0] + "." + parts[1]
}
