package plugin

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

// Every insight's frames, written by the server's tests, must be readable by the SDK's own decoder:
// it knows fewer field types and mappings than JSON can hold, and panics on the others.
func TestEveryInsightsFramesAreReadable(t *testing.T) {
	files, err := filepath.Glob("../../../server/testdata/frames/*.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("server/testdata/frames holds no frames: run the server's tests first, they write them")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			content, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var decoded batchAnswer
			if err := json.Unmarshal(content, &decoded); err != nil {
				t.Fatal(err)
			}
			if len(decoded.Results) == 0 {
				t.Fatal("the file holds no results")
			}
			for refID, result := range decoded.Results {
				response := result.response()
				if response.Error != nil {
					t.Fatalf("%s: %v", refID, response.Error)
				}
				if len(response.Frames) == 0 {
					t.Fatalf("%s holds no frame", refID)
				}
				for _, frame := range response.Frames {
					if len(frame.Fields) == 0 {
						t.Errorf("%s: the frame %q has no field", refID, frame.Name)
					}
					if _, err := frame.MarshalArrow(); err != nil {
						t.Errorf("%s: the frame %q cannot travel to Grafana: %v", refID, frame.Name, err)
					}
				}
			}
		})
	}
}
