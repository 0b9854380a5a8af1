// Package plugin forwards Grafana's queries, health checks and resource calls to a Secret Insights
// server. It holds no SQL and no insight names, so a new insight never changes it.
package plugin

import (
	"context"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
	"github.com/grafana/grafana-plugin-sdk-go/backend/instancemgmt"
)

// Datasource is one configured data source. Grafana makes a new one when its settings change.
type Datasource struct {
	server *server
}

var (
	_ backend.QueryDataHandler      = (*Datasource)(nil)
	_ backend.CheckHealthHandler    = (*Datasource)(nil)
	_ backend.CallResourceHandler   = (*Datasource)(nil)
	_ instancemgmt.InstanceDisposer = (*Datasource)(nil)
)

// New makes the instance for one set of settings. Settings that cannot work (no URL, no token) are
// not refused here but by the first call, because only then can a sentence reach the person.
func New(
	ctx context.Context,
	settings backend.DataSourceInstanceSettings,
) (instancemgmt.Instance, error) {
	server, err := newServer(ctx, settings)
	if err != nil {
		return nil, err
	}
	return &Datasource{server: server}, nil
}

// Dispose closes the idle connections of an instance whose settings were replaced.
func (d *Datasource) Dispose() {
	d.server.http.CloseIdleConnections()
}
