package plugin

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/grafana/grafana-plugin-sdk-go/backend"
)

// What the bridge adds to an answer: the same call straight to a server on loopback, and through
// QueryData up to the bytes that go to Grafana.
//
//	go test ./pkg/plugin -run ^$ -bench Query
func BenchmarkQuery(b *testing.B) {
	for _, rows := range []int{30, 1_000} {
		answer := `{"results":{"A":{"frames":[` + tableOf(rows) + `]}}}`
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, answer)
		}))
		b.Run(fmt.Sprintf("straight, %d rows", rows), func(b *testing.B) {
			for range b.N {
				response, err := http.Post(server.URL, "application/json", bytes.NewReader([]byte(`{}`)))
				if err != nil {
					b.Fatal(err)
				}
				_, _ = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
		})
		source := datasourceAt(b, server.URL)
		request := &backend.QueryDataRequest{PluginContext: editor, Queries: queriesOf("A")}
		b.Run(fmt.Sprintf("through the bridge, %d rows", rows), func(b *testing.B) {
			for range b.N {
				response, err := source.QueryData(context.Background(), request)
				if err != nil || response.Responses["A"].Error != nil {
					b.Fatal(err, response.Responses["A"].Error)
				}
				if _, err := backend.ToProto().QueryDataResponse(backend.DataFrameFormat_ARROW, response); err != nil {
					b.Fatal(err)
				}
			}
		})
		server.Close()
	}
}

// tableOf is a frame of ten columns, as wide as the list of events.
func tableOf(rows int) string {
	column := func(cell func(row int) string) string {
		cells := make([]string, rows)
		for row := range cells {
			cells[row] = cell(row)
		}
		return "[" + strings.Join(cells, ",") + "]"
	}
	fields := []string{`{"name":"time","type":"time","typeInfo":{"frame":"time.Time"}}`}
	values := []string{column(func(row int) string { return fmt.Sprint(1767225600000 + row) })}
	for index := range 9 {
		fields = append(fields, fmt.Sprintf(`{"name":"column%d","type":"string","typeInfo":{"frame":"string"}}`, index))
		values = append(values, column(func(row int) string { return fmt.Sprintf(`"a value of row %d"`, row) }))
	}
	return `{"schema":{"fields":[` + strings.Join(fields, ",") + `]},"data":{"values":[` + strings.Join(values, ",") + `]}}`
}
